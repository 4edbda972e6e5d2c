/**
 * Control groups of the kernel that put limits on a host's processes. Those of version 1 (cgroups(7)), one tree for each
 * controller: version 2 does not let every controller limit what these faults limit.
 */
import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, rmdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { UsageError } from '../../../errors.ts';
import { until } from '../../../wait.ts';
import type { HostId } from './host.ts';

type Controller = 'cpu' | 'memory' | 'blkio';

export const controllerFolder = (controller: Controller): string => join('/sys/fs/cgroup', controller);
const groupOf = (host: HostId, controller: Controller): string =>
  join(controllerFolder(controller), `pgdrill-${host.labId}-${host.name}`);

/** @throws UsageError where this machine does not have the controller */
export function demandController(fault: string, controller: Controller): void {
  if (!existsSync(join(controllerFolder(controller), 'cgroup.procs')))
    throw new UsageError(
      `${fault} needs the ${controller} controller of control groups version 1 at ${controllerFolder(controller)}, which this machine does not have`,
    );
}

/** A group of processes of a host, with a limit. */
interface Group {
  read(file: string): Promise<string>;
  /** The path of one of its files, for a program that joins it. */
  path(file: string): string;
}

/**
 * Puts processes into a group with limits, and those that they fork meanwhile.
 * @param limits by the file that holds them
 */
export async function limit(
  host: HostId,
  controller: Controller,
  limits: Readonly<Record<string, string>>,
  processes: () => Promise<readonly number[]>,
): Promise<void> {
  const folder = groupOf(host, controller);
  await mkdir(folder, { recursive: true });
  for (const [file, value] of Object.entries(limits)) await writeFile(join(folder, file), value);
  await moveAll(folder, processes, host);
}

export const groupAt = (host: HostId, controller: Controller): Group => ({
  read: (file) => readFile(join(groupOf(host, controller), file), 'utf8'),
  path: (file) => join(groupOf(host, controller), file),
});

/** Puts the processes of a group back among those without a limit, and removes it. Does nothing where it is gone. */
export async function unlimit(host: HostId, controller: Controller): Promise<void> {
  const folder = groupOf(host, controller);
  if (!existsSync(folder)) return;
  await moveAll(controllerFolder(controller), () => membersOf(folder), host);
  // A process that has just ended is a member a moment longer.
  const removed = () =>
    rmdir(folder).then(
      () => true,
      (error: NodeJS.ErrnoException) => (error.code === 'ENOENT' ? true : undefined),
    );
  await until(removed, { withinMs: 5_000, everyMs: 20, what: `the control group ${folder} to be removed` });
}

/** Whether a host has a limit by this controller. */
export const isLimited = (host: HostId, controller: Controller): boolean => existsSync(groupOf(host, controller));

/** Removes the groups of all hosts of a lab whose processes are gone. */
export async function removeLimits(labId: string): Promise<void> {
  for (const controller of ['cpu', 'memory'] as const) {
    const groups = await readdir(controllerFolder(controller)).catch(() => []);
    const ours = groups.filter((group) => group.startsWith(`pgdrill-${labId}-`));
    for (const group of ours) await unlimit({ labId, name: group.slice(`pgdrill-${labId}-`.length) }, controller);
  }
}

/** Until every one of them is in the group: one may be forked while the others are moved. */
async function moveAll(folder: string, processes: () => Promise<readonly number[]>, { name }: HostId): Promise<void> {
  const moved = async () => {
    const there = new Set(await membersOf(folder));
    const left = (await processes()).filter((pid) => !there.has(pid));
    // One that ended meanwhile cannot be moved, and need not be.
    for (const pid of left) await writeFile(join(folder, 'cgroup.procs'), String(pid)).catch(() => {});
    return left.length === 0 ? true : undefined;
  };
  await until(moved, { withinMs: 5_000, everyMs: 10, what: `the processes of ${name} to be in ${folder}` });
}

const membersOf = async (folder: string): Promise<number[]> =>
  (await readFile(join(folder, 'cgroup.procs'), 'utf8')).split('\n').filter(Boolean).map(Number);
