/**
 * How to undo a fault, on disk before it is injected. Each record is a file in the run's folder, for people, and
 * another in the machine's state folder, where `pgdrill heal` finds what dead runs left.
 */
import { lstat, readdir, realpath } from 'node:fs/promises';
import { basename, dirname, isAbsolute, join } from 'node:path';
import { z } from 'zod';
import type { StackKind, UndoRecord } from '../faults/target.ts';
import { isSameUndo, parseUndo } from '../faults/undo.ts';
import { log } from '../log/log.ts';
import { printable } from '../printable.ts';
import { readOwnFile, removeDurably, removeUnfinished, writeDurably } from './durable.ts';
import { makeFolders } from './folders.ts';
import { isAlive, type Owner, ownerSchema, self } from './owner.ts';
import { findStateFolder, ownStateFolder } from './state-folder.ts';

const entrySchema = z.strictObject({
  record: z.unknown().transform(parseUndo),
  /** The harness that broke it. */
  owner: ownerSchema,
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
  /** Names of the files that are still there: at the end of the run there should be none. */
  left(): Promise<string[]>;
}

const index = 'undo';
const fileName = ({ stack, stackId, id }: UndoRecord): string =>
  `${[stack, stackId, id].map(encodeURIComponent).join('.')}.json`;

/** The undo records of one run, kept under `undo/` in its folder. @throws UsageError where the state folder is not ours */
export async function openUndoStore(runFolder: string): Promise<UndoStore> {
  await makeFolders(join(runFolder, index));
  const folder = await realpath(join(runFolder, index));
  const indexFolder = await ownStateFolder(index);
  return {
    async write(record) {
      const copy = join(folder, fileName(record));
      const entry: Entry = { record: parseUndo(record), owner: await self(), copy };
      await writeDurably(copy, record);
      await writeDurably(join(indexFolder, fileName(record)), entry);
      log.info('undo record is on disk', { undo: record.id, file: copy });
    },
    async remove(record) {
      await removeDurably(join(indexFolder, fileName(record)));
      await removeDurably(join(folder, fileName(record)));
      log.info('undo record is removed', { undo: record.id });
    },
    left: () => readdir(folder),
  };
}

/** A file that holds no whole record, or one that is refused. */
interface Refused {
  readonly file: string;
  /** In one clause. */
  readonly why: string;
}
/** What was found of dead runs. */
export interface LeftUndos {
  /** To carry out, what was broken last first. */
  readonly records: readonly UndoRecord[];
  /** Files that cannot be carried out; they keep no other from it. */
  readonly refused: readonly Refused[];
}

/** All records of runs that are dead; those of living runs are theirs. @throws UsageError where the state folder is not ours */
export async function findLeftUndos(): Promise<LeftUndos> {
  const refused: Refused[] = [];
  const left: { readonly record: UndoRecord; readonly atMs: number }[] = [];
  for (const found of await entries()) {
    if ('why' in found) refused.push(found);
    else if (!(await isAlive(found.entry.owner))) left.push({ record: found.entry.record, atMs: found.atMs });
  }
  return { records: left.sort((a, b) => b.atMs - a.atMs).map(({ record }) => record), refused };
}

/** Removes records that a process had not finished writing when it died: it had not broken anything yet. */
export async function removeUnfinishedUndos(): Promise<void> {
  const folder = await findStateFolder(index);
  if (folder !== undefined) await removeUnfinished(folder);
}

/** The records that dead runs on stacks of one kind left, what was broken last first. */
export async function leftUndos(stack: StackKind): Promise<UndoRecord[]> {
  return (await findLeftUndos()).records.filter((record) => record.stack === stack);
}

/** Forgets a record of a dead run, after it was carried out. */
export async function removeUndo(record: UndoRecord): Promise<void> {
  const folder = await findStateFolder(index);
  if (folder === undefined) return;
  const file = join(folder, fileName(record));
  const entry = await readEntry(file).catch(() => undefined);
  await removeDurably(file);
  if (entry) await removeCopy(entry);
}

/** Only a copy of this very record is removed, whatever the entry says where it lies. */
async function removeCopy({ record, copy }: Entry): Promise<void> {
  if (!isAbsolute(copy) || basename(copy) !== fileName(record) || basename(dirname(copy)) !== index) return;
  const text = await readOwnFile(copy).catch(() => undefined);
  if (text !== undefined && isSameUndo(record, parsedOrNothing(text))) await removeDurably(copy);
}

function parsedOrNothing(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

type FoundEntry = Refused | { readonly entry: Entry; readonly atMs: number };

async function entries(): Promise<FoundEntry[]> {
  const folder = await findStateFolder(index);
  if (folder === undefined) return [];
  const files = (await readdir(folder)).filter((name) => name.endsWith('.json')).map((name) => join(folder, name));
  const found = await Promise.all(files.map(lookAt));
  return found.filter((one) => one !== undefined);
}

/** Undefined where it was removed since the folder was listed. */
async function lookAt(file: string): Promise<FoundEntry | undefined> {
  try {
    const entry = await readEntry(file);
    return entry && { entry, atMs: (await lstat(file)).mtimeMs };
  } catch (error) {
    return { file, why: printable((error as Error).message) };
  }
}

/** @throws Error saying what is wrong with it */
async function readEntry(file: string): Promise<Entry | undefined> {
  const text = await readOwnFile(file);
  if (text === undefined) return undefined;
  const value = parsedOrNothing(text);
  if (value === undefined) throw new Error('it is not whole JSON');
  const parsed = entrySchema.safeParse(value);
  if (!parsed.success) {
    const { path, message } = parsed.error.issues[0]!;
    throw new Error(`${path.map(String).join('.') || 'it'}: ${message}`);
  }
  if (fileName(parsed.data.record) !== basename(file))
    throw new Error(`its record should be in the file ${fileName(parsed.data.record)}`);
  return parsed.data;
}
