/** What a benchmark is, and the record that is kept of each figure it takes. */
import { appendFile, mkdir } from 'node:fs/promises';
import { cpus, loadavg } from 'node:os';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { machine } from '../src/journal/machine.ts';

/** One figure, with what it should be. */
export interface Figure {
  readonly name: string;
  readonly value: number;
  readonly unit: string;
  /** The figure meets its target if it is at most this. */
  readonly atMost?: number;
  /** … or, where more is better, if it is at least this. */
  readonly atLeast?: number;
}
export interface Benchmark {
  readonly name: string;
  /** What it measures and how, in one sentence. */
  readonly measures: string;
  /** Why it cannot run here, in one sentence; undefined where it can. */
  unavailable(): Promise<string | undefined>;
  run(): Promise<readonly Figure[]>;
}

/** Newline-delimited JSON, one line a benchmark, kept in git. */
export const historyFile = fileURLToPath(new URL('../docs/measurements/bench.ndjson', import.meta.url));

/** Adds the figures to the history, with the machine they were taken on. */
export async function record(benchmark: Benchmark, figures: readonly Figure[]): Promise<void> {
  const facts = { ...machine(), cpu: cpus()[0]?.model ?? 'unknown', loadAverage1m: loadavg()[0] };
  const line = { benchmark: benchmark.name, at: new Date().toISOString(), figures, machine: facts };
  await mkdir(dirname(historyFile), { recursive: true });
  await appendFile(historyFile, `${JSON.stringify(line)}\n`);
}

export const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;
