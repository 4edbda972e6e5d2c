/** Keeps a folder of runs small: journals are packed, and of old runs only verdict and report stay. */
import { createReadStream, createWriteStream, existsSync } from 'node:fs';
import { readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import { UsageError } from '../errors.ts';
import type { Verdict } from '../measure/verdict.ts';
import { journalFile, reportFile, verdictFile } from './folder.ts';

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

/**
 * Of each scenario on each stack the newest `keep` runs stay whole, their journals packed; older ones are thinned. A folder
 * without a verdict is no run, or one under way, and is not touched; neither is the history.
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
  const found: Folder[] = [];
  for (const run of names) {
    const path = join(out, run);
    if (!existsSync(verdictFile(path))) continue;
    const { scenario, stack } = JSON.parse(await readFile(verdictFile(path), 'utf8')) as Verdict;
    found.push({ run, path, group: `${scenario} ${stack}` });
  }
  return found;
}

/** @returns how many bytes that freed; undefined where there was nothing to do */
async function pack({ path }: Folder, dryRun: boolean): Promise<number | undefined> {
  const journal = journalFile(path);
  if (!existsSync(journal)) return undefined;
  if (dryRun) return 0;
  const packed = `${journal}.gz`;
  await pipeline(createReadStream(journal), createGzip({ level: 9 }), createWriteStream(`${packed}.part`));
  const freed = (await stat(journal)).size - (await stat(`${packed}.part`)).size;
  await rename(`${packed}.part`, packed);
  await rm(journal);
  return freed;
}

async function thin({ path }: Folder, dryRun: boolean): Promise<number | undefined> {
  const stays = [verdictFile(path), reportFile(path)];
  const going = (await readdir(path)).map((name) => join(path, name)).filter((file) => !stays.includes(file));
  if (going.length === 0) return undefined;
  const sizes = await Promise.all(going.map(bytesOf));
  if (!dryRun) for (const file of going) await rm(file, { recursive: true });
  return sizes.reduce((sum, size) => sum + size, 0);
}

async function bytesOf(path: string): Promise<number> {
  const { size } = await stat(path);
  const inside = await readdir(path, { recursive: true }).catch(() => [] as string[]);
  const sizes = await Promise.all(inside.map(async (name) => (await stat(join(path, name))).size));
  return sizes.reduce((sum, one) => sum + one, size);
}
