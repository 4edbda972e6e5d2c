/** Identifies a process by its number and start time, so that a later one with the same number is not taken for it. */
import { readFile } from 'node:fs/promises';
import { z } from 'zod';

export const ownerSchema = z.strictObject({
  pid: z.int().positive(),
  /** Start time in clock ticks since boot: field 22 of /proc/PID/stat. Empty without /proc. */
  startTicks: z.string().regex(/^\d*$/, 'expected clock ticks'),
});
export type Owner = Readonly<z.infer<typeof ownerSchema>>;

/** The process of this number; undefined if it does not exist. */
export async function ownerOf(pid: number): Promise<Owner | undefined> {
  const stat = await readFile(`/proc/${pid}/stat`, 'latin1').catch(() => undefined);
  // The second field is the program's name in brackets and may hold spaces: count from behind it.
  const fields = stat?.slice(stat.lastIndexOf(')') + 2).split(' ');
  if (!fields || fields[0] === 'Z') return undefined;
  return { pid, startTicks: fields[19] ?? '' };
}

export async function isAlive(owner: Owner): Promise<boolean> {
  return (await ownerOf(owner.pid))?.startTicks === owner.startTicks;
}

/** This process. */
export async function self(): Promise<Owner> {
  return (await ownerOf(process.pid)) ?? { pid: process.pid, startTicks: '' };
}
