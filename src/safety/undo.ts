/**
 * How to undo what was broken, on disk before it is broken. Each record is a file in the run's folder, for people, and
 * another in the machine's state folder, where `pgdrill heal` finds what dead runs left.
 */
import { mkdir, open, readdir, readFile, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import { faultKinds } from '../faults/index.ts';
import type { StackKind, UndoRecord } from '../faults/target.ts';
import { isAlive, type Owner, self } from './owner.ts';
import { stateFolder } from './state-folder.ts';

const recordSchema = z.object({
  id: z.string(),
  stack: z.enum(['lab', 'k3s', 'cluster']),
  stackId: z.string(),
  fault: z.enum(faultKinds),
  target: z.looseObject({
    kind: z.enum(['instance', 'pooler', 'node', 'operator', 'store', 'cluster']),
    name: z.string(),
  }),
  how: z.record(z.string(), z.unknown()),
});
const entrySchema = z.object({
  record: recordSchema,
  /** The harness that broke it. */
  owner: z.object({ pid: z.int(), startTicks: z.string() }),
  /** The copy in the run's folder. */
  copy: z.string(),
});
interface Entry {
  readonly record: UndoRecord;
  readonly owner: Owner;
  readonly copy: string;
}

export interface UndoStore {
  /** Resolves once the record is on disk, where a crash of the machine cannot take it away. */
  write(record: UndoRecord): Promise<void>;
  /** What was broken is whole again. Does nothing where it was removed already. */
  remove(record: UndoRecord): Promise<void>;
}

const indexFolder = (): string => join(stateFolder(), 'undo');
const indexFile = (record: UndoRecord): string => join(indexFolder(), fileName(record));
const fileName = ({ stack, stackId, id }: UndoRecord): string =>
  `${[stack, stackId, id].map(encodeURIComponent).join('.')}.json`;

/** The undo records of one run, kept under `undo/` in its folder. */
export async function openUndoStore(runFolder: string): Promise<UndoStore> {
  const folder = join(runFolder, 'undo');
  await mkdir(folder, { recursive: true });
  await mkdir(indexFolder(), { recursive: true, mode: 0o700 });
  return {
    async write(record) {
      const copy = join(folder, fileName(record));
      await writeDurably(copy, record);
      const entry: Entry = { record, owner: await self(), copy };
      await writeDurably(indexFile(record), entry);
    },
    async remove(record) {
      await removeDurably(indexFile(record));
      await removeDurably(join(folder, fileName(record)));
    },
  };
}

/** What was found of dead runs: records to carry out, and files that hold no whole record. */
export interface LeftUndos {
  readonly records: readonly UndoRecord[];
  /** Paths of files torn in half; what they were to undo goes with the removal of their stack. */
  readonly torn: readonly string[];
}

/** All records of runs that are dead; those of living runs are theirs. */
export async function findLeftUndos(): Promise<LeftUndos> {
  const names = (await readdir(indexFolder()).catch(() => [])).filter((name) => name.endsWith('.json'));
  const records: UndoRecord[] = [];
  const torn: string[] = [];
  for (const file of names.map((name) => join(indexFolder(), name))) {
    const entry = await readEntry(file);
    if (entry === 'torn') torn.push(file);
    else if (entry && !(await isAlive(entry.owner))) records.push(entry.record);
  }
  return { records, torn };
}

/** The records that dead runs on stacks of one kind left. */
export async function leftUndos(stack: StackKind): Promise<UndoRecord[]> {
  return (await findLeftUndos()).records.filter((record) => record.stack === stack);
}

/** Forgets a record of a dead run, after it was carried out. */
export async function removeUndo(record: UndoRecord): Promise<void> {
  const entry = await readEntry(indexFile(record));
  await removeDurably(indexFile(record));
  if (entry && entry !== 'torn') await removeDurably(entry.copy);
}

async function readEntry(file: string): Promise<Entry | 'torn' | undefined> {
  const text = await readFile(file, 'utf8').catch(() => undefined);
  // Removed since the folder was listed.
  if (text === undefined) return undefined;
  try {
    return entrySchema.parse(JSON.parse(text)) as Entry;
  } catch {
    return 'torn';
  }
}

/** Writes a file that is there with all its content, or not at all, whatever happens to the machine next. */
async function writeDurably(path: string, content: unknown): Promise<void> {
  const unfinished = `${path}.unfinished`;
  const file = await open(unfinished, 'w', 0o600);
  try {
    await file.writeFile(JSON.stringify(content, null, 2));
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(unfinished, path);
  await syncFolder(dirname(path));
}

async function removeDurably(path: string): Promise<void> {
  await rm(path, { force: true });
  await syncFolder(dirname(path)).catch((error: NodeJS.ErrnoException) => {
    // The whole folder may have been removed by its owner meanwhile.
    if (error.code !== 'ENOENT') throw error;
  });
}

async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}
