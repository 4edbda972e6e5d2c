/** Runs the cells of a plan that have no run yet, on stacks that are kept from one to the next. */
import { basename } from 'node:path';
import { SetupError } from '../errors.ts';
import { type RunResult, runDrill } from '../run/index.ts';
import { type Running, shareStack } from '../run/shared-stack.ts';
import type { Cell } from '../scenario/cells.ts';
import type { Scenario } from '../scenario/index.ts';
import type { Stack } from '../stacks/stack.ts';
import { CellQueue } from './queue.ts';
import { pending, type Store } from './store.ts';

interface CellRun {
  readonly scenario: Scenario;
  /** Settings of the stack that are changed. */
  readonly changed: Readonly<Record<string, string>>;
}
export interface RunCellsOptions {
  readonly stack: Stack;
  readonly cells: readonly Cell[];
  readonly store: Store;
  readonly runOf: (cell: Cell) => CellRun;
  /** Stacks that are up at once, each with its own runs. */
  readonly jobs: number;
  /** The stack to use, with `jobs` 1; it stays. Absent: stacks are opened, and closed at the end. */
  readonly running?: Running | undefined;
  /** No drill holds the load for longer. */
  readonly holdAtMostMs: number;
  /** No run starts after this much time has passed. */
  readonly stopAfterMs: number;
  readonly command: string;
  /** Why a run is discarded; undefined where it counts. The default: any doubt discards it. */
  readonly whyLost?: (result: RunResult) => Promise<string | undefined>;
  readonly signal: AbortSignal;
  readonly say: (text: string) => void;
}

/**
 * A run that does not describe the stack (it ended early, or its load was wrong) is repeated: not
 * counted, whatever its figures are.
 * @throws SetupError where a stack left something behind
 */
export async function runCells(options: RunCellsOptions): Promise<void> {
  const { cells, store, jobs, say } = options;
  const queue = new CellQueue(pending(cells, store));
  const deadline = performance.now() + options.stopAfterMs;
  const left = await Promise.all(
    Array.from({ length: Math.min(jobs, queue.length) }, () => job(options, queue, deadline)),
  );
  say(`${store.done().length} of ${cells.length} runs are done`);
  const residue = left.flat();
  if (residue.length > 0) throw new SetupError(`a stack left behind: ${residue.join(', ')}; run: pgdrill heal`);
}

async function job(options: RunCellsOptions, queue: CellQueue, deadline: number): Promise<string[]> {
  const { store, signal, say, whyLost: lossOf = async (result) => whyLost(result) } = options;
  const stack = shareStack(options.stack, options.running && { running: options.running });
  const next = (): Cell | undefined => (performance.now() < deadline && !signal.aborted ? queue.next() : undefined);
  let left: string[] = [];
  try {
    for (let cell = next(); cell; cell = next()) {
      const fromMs = performance.now();
      const result = await runCell(stack, cell, options);
      const { verdict, folder } = result;
      const tookMs = Math.round(performance.now() - fromMs);
      say(`${cell.id} (${Math.round(tookMs / 1000)} s): ${verdict.sentence}`);
      const lost = await lossOf(result);
      if (lost === undefined)
        await store.add({ cell: cell.id, run: basename(folder), outcome: verdict.outcome, tookMs });
      else say(`${cell.id} is lost, ${queue.takeBack(cell) ? 'and will be repeated' : 'in every attempt'}: ${lost}`);
    }
  } finally {
    left = await stack.close();
  }
  return left;
}

/** Why a run is discarded; undefined where it counts, whatever it saw. */
export const whyLost = ({ trouble, verdict }: Pick<RunResult, 'trouble' | 'verdict'>): string | undefined =>
  trouble?.message ?? verdict.doubts[0];

function runCell(stack: Stack, cell: Cell, options: RunCellsOptions) {
  const { store, signal, holdAtMostMs, command } = options;
  return runDrill({ ...options.runOf(cell), stack, out: store.folder, command, signal, holdAtMostMs });
}
