/** Which cells of a plan have been run: a folder that a later command goes on with. */
import { appendFile, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { UsageError } from '../errors.ts';
import { journalFile } from '../run/folder.ts';
import { type Cell, hashOf } from '../scenario/cells.ts';

const planSchema = z.object({ hash: z.string(), seed: z.int(), plan: z.unknown() });
const doneSchema = z.object({ cell: z.string(), run: z.string(), outcome: z.string(), tookMs: z.number() });
type Done = z.infer<typeof doneSchema>;

export interface Store {
  /** Of the runs. */
  readonly folder: string;
  readonly seed: number;
  done(): readonly Done[];
  add(done: Done): Promise<void>;
  /** The journal of a run that was made. */
  journalOf(done: Done): string;
}

/**
 * Opens the folder of a plan. What is not there yet is made with the first run: who only asks leaves nothing.
 * @param plan all that decides what the runs are; `seed` is used for a new folder only
 * @param apart names of parts of a stored plan that may differ, or be absent
 * @throws UsageError where the folder holds the runs of another plan
 */
export async function openStore(
  folder: string,
  plan: unknown,
  seed: number,
  apart: readonly string[] = [],
): Promise<Store> {
  const planFile = join(folder, 'plan.json');
  const doneFile = join(folder, 'cells.ndjson');
  const decides = (all: unknown): unknown => without(all, ['risk', 'line', ...apart]);
  const hash = hashOf(decides(plan));
  const stored = await readFile(planFile, 'utf8').catch(() => undefined);
  const known = stored === undefined ? { hash, seed, plan } : planSchema.parse(JSON.parse(stored));
  if (known.hash !== hash && hashOf(decides(known.plan)) !== hash)
    throw new UsageError(
      `${folder} holds the runs of another plan (other settings, levels or load); choose another --out, or remove it`,
    );
  const text = await readFile(doneFile, 'utf8').catch(() => '');
  const list = text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => doneSchema.parse(JSON.parse(line)));
  async function begin(): Promise<void> {
    await mkdir(folder, { recursive: true });
    await writeFile(planFile, `${JSON.stringify({ hash, seed: known.seed, plan }, null, 2)}\n`);
  }
  return {
    folder,
    seed: known.seed,
    done: () => list,
    journalOf: ({ run }) => journalFile(join(folder, run)),
    async add(done) {
      if (list.length === 0) await begin();
      list.push(done);
      await appendFile(doneFile, `${JSON.stringify(done)}\n`);
    },
  };
}

/** A plan less the sentences that explain it: a version of pgdrill that words one differently goes on with the same runs. */
function without(plan: unknown, names: readonly string[]): unknown {
  const text = JSON.stringify(plan, (key, value) => (names.includes(key) ? undefined : value));
  return text === undefined ? undefined : JSON.parse(text);
}

/** Cells that have no run yet, in the order of the plan. */
export function pending(cells: readonly Cell[], store: Store): Cell[] {
  const made = new Set(store.done().map(({ cell }) => cell));
  return cells.filter(({ id }) => !made.has(id));
}
