/** Runs the cells of a plan that have no run yet, on stacks that are kept from one to the next. */
import { basename } from 'node:path';
import { SetupError } from '../errors.ts';
import { shareStack } from '../run/shared-stack.ts';
import { runDrill } from '../run.ts';
import type { Scenario } from '../scenario.ts';
import type { Stack } from '../stacks/stack.ts';
import type { Cell } from './cells.ts';
import { pending, type Store } from './store.ts';

export interface CellRun {
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
  /** No drill holds the load for longer. */
  readonly holdAtMostMs: number;
  /** No run is begun any more once so much time has passed. */
  readonly stopAfterMs: number;
  readonly command: string;
  readonly signal: AbortSignal;
  readonly tell: (text: string) => void;
}

/** @throws SetupError where a stack left something behind */
export async function runCells(options: RunCellsOptions): Promise<void> {
  const { cells, store, jobs, tell, stopAfterMs } = options;
  const queue = pending(cells, store);
  const total = cells.length;
  const deadline = performance.now() + stopAfterMs;
  const next = (): Cell | undefined => (performance.now() < deadline ? queue.shift() : undefined);
  const left = await Promise.all(Array.from({ length: Math.min(jobs, queue.length) }, () => job(options, next)));
  tell(`${store.done().length} of ${total} runs are there`);
  const residue = left.flat();
  if (residue.length > 0) throw new SetupError(`a stack left behind: ${residue.join(', ')}; run: pgdrill heal`);
}

async function job(options: RunCellsOptions, next: () => Cell | undefined): Promise<string[]> {
  const { store, signal, tell } = options;
  const stack = shareStack(options.stack);
  let left: string[] = [];
  try {
    for (let cell = next(); cell && !signal.aborted; cell = next()) {
      const fromMs = performance.now();
      const { verdict, folder, trouble } = await runCell(stack, cell, options);
      const tookMs = Math.round(performance.now() - fromMs);
      // A run that did not come to its end says nothing; it is made again by the next command.
      if (trouble) tell(`${cell.id}: ${trouble.message}`);
      else await store.add({ cell: cell.id, run: basename(folder), outcome: verdict.outcome, tookMs });
      tell(`${cell.id} (${Math.round(tookMs / 1000)} s): ${verdict.sentence}`);
    }
  } finally {
    left = await stack.close();
  }
  return left;
}

function runCell(stack: Stack, cell: Cell, options: RunCellsOptions) {
  const { store, signal, holdAtMostMs, command } = options;
  return runDrill({ ...options.runOf(cell), stack, out: store.folder, command, signal, holdAtMostMs });
}
