/** Keeps a folder of runs small: journals are packed, and of old runs only verdict and report stay. */
import { lstat, readdir, readFile, rename, rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { z } from 'zod';
import { UsageError } from '../../errors.ts';
import { packJournal } from '../../journal/packed/pack.ts';
import { journalFile, reportFile, verdictFile } from '../folder.ts';

/** `packed`: the journal is compressed; `thinned`: everything but verdict and report is gone. */
export interface Pruned {
  readonly run: string;
  readonly what: 'packed' | 'thinned';
  readonly freedBytes: number;
}

interface Folder {
  readonly run: string;
  readonly path: string;
  readonly group: string;
}

/** The fields of a verdict that identify a run's folder. */
const verdictSchema = z.object({ run: z.string(), scenario: z.string(), stack: z.string() });

/**
 * Of each scenario on each stack the newest `keep` runs stay whole, their journals packed; older ones are thinned. A run is
 * a folder with a verdict that names it. Links, runs under way, folders of anything else and the history are not touched.
 * @param dryRun only says what would be done; what packing would free is then unknown and counted as 0
 * @throws UsageError where there is no such folder
 */
export async function prune(out: string, keep: number, dryRun: boolean): Promise<Pruned[]> {
  const groups = Map.groupBy(await runsIn(out), ({ group }) => group);
  const done: Pruned[] = [];
  for (const runs of groups.values()) {
    // Names of runs begin with their time, so that their order is that of the runs.
    const newestFirst = runs.sort((a, b) => (a.run < b.run ? 1 : -1));
    for (const [i, folder] of newestFirst.entries()) {
      const freedBytes = i < keep ? await pack(folder, dryRun) : await thin(folder, dryRun);
      if (freedBytes !== undefined) done.push({ run: folder.run, what: i < keep ? 'packed' : 'thinned', freedBytes });
    }
  }
  return done.sort((a, b) => (a.run < b.run ? -1 : 1));
}

async function runsIn(out: string): Promise<Folder[]> {
  const names = await readdir(out).catch(() => {
    throw new UsageError(`there is no folder of runs at ${out}; name it with --out`);
  });
  const found = await Promise.all(names.map((name) => runAt(join(out, name))));
  return found.filter((one) => one !== undefined);
}

/** Undefined for anything that is not a run's folder. */
async function runAt(path: string): Promise<Folder | undefined> {
  const run = basename(path);
  // Gone since the folder was listed: somebody else removes runs, too.
  const found = await lstat(path).catch(() => undefined);
  if (!found?.isDirectory() || !(await isFile(verdictFile(path)))) return undefined;
  const verdict = verdictSchema.safeParse(parsed(await readFile(verdictFile(path), 'utf8')));
  if (!verdict.success || verdict.data.run !== run) return undefined;
  return { run, path, group: `${verdict.data.scenario} ${verdict.data.stack}` };
}

/** A regular file, and no link to one. */
const isFile = (path: string): Promise<boolean> =>
  lstat(path).then(
    (found) => found.isFile(),
    () => false,
  );

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** @returns how many bytes that freed; undefined where there was nothing to do */
async function pack({ path }: Folder, dryRun: boolean): Promise<number | undefined> {
  const journal = journalFile(path);
  if (!(await isFile(journal))) return undefined;
  if (dryRun) return 0;
  const packed = `${journal}.zst`;
  const part = `${packed}.part`;
  // One that an earlier attempt left, or a link: neither is written through.
  await rm(part, { force: true });
  await packJournal(journal, part);
  const freed = (await lstat(journal)).size - (await lstat(part)).size;
  await rename(part, packed);
  await rm(journal);
  return freed;
}

async function thin({ path }: Folder, dryRun: boolean): Promise<number | undefined> {
  const stays = [verdictFile(path), reportFile(path)];
  const going = (await readdir(path)).map((name) => join(path, name)).filter((file) => !stays.includes(file));
  if (going.length === 0) return undefined;
  const sizes = await Promise.all(going.map(bytesOf));
  // A link is removed, and not what it leads to.
  if (!dryRun) for (const file of going) await rm(file, { recursive: true });
  return sizes.reduce((sum, size) => sum + size, 0);
}

/** Of a file, a link itself, or a folder with all that is in it. */
async function bytesOf(path: string): Promise<number> {
  const found = await lstat(path);
  if (!found.isDirectory()) return found.size;
  const inside = await Promise.all((await readdir(path)).map((name) => bytesOf(join(path, name))));
  return inside.reduce((sum, one) => sum + one, found.size);
}
