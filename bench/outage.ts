/** How right a measured outage is: probes, journal and measures against the clock of a proxy that cuts for known times. */
import { setPriority } from 'node:os';
import { type CutSeries, tryCuts } from '../src/load/proof/cut-trial.ts';
import { TestPostgres, whyNoPostgres } from '../src/load/test-postgres.ts';
import { quantile } from '../src/measure/stats.ts';
import { type Benchmark, type Figure, mean } from './benchmark.ts';

/** Lengths spread over 0.2 s to 5 s; every stream gets short and long ones. */
const lengthsMs = [
  [200, 1000, 4000, 500, 2300],
  [250, 1250, 5000, 600, 2600],
  [300, 1500, 350, 800, 3000],
  [400, 2000, 450, 900, 3500],
];
const series: readonly CutSeries[] = lengthsMs.flatMap((some) =>
  (['reset', 'blackhole'] as const).map((mode) => ({ mode, limitMs: 1000, lengthsMs: some })),
);

export const outage: Benchmark = {
  name: 'outage',
  measures: `error of the measured outage over ${series.length * 5} cuts of 0.2 s to 5 s, half of them resets, half silence`,
  unavailable: whyNoPostgres,
  async run() {
    // What is held against the proxy's clock is the chain of measuring, not how the machine shares itself out.
    setPriority(-10);
    await using postgres = await TestPostgres.start();
    const seen = await tryCuts(postgres.endpoint, series, 2026);
    const errorsMs = seen.map(({ measuredMs, trueMs }) => measuredMs - trueMs);
    const sizesMs = errorsMs.map(Math.abs);
    const outside = seen.filter(
      ({ trueMs, measuredMs, minusMs, plusMs }) => trueMs < measuredMs - minusMs || trueMs > measuredMs + plusMs,
    );
    const ofMode = (mode: string): number[] => errorsMs.filter((_, i) => seen[i]!.mode === mode);
    const figures: Figure[] = [
      { name: 'cuts', value: seen.length, unit: '' },
      { name: 'cuts spoilt by the machine', value: series.length * 5 - seen.length, unit: '' },
      { name: 'error, 95th percentile', value: quantile(sizesMs, 0.95), unit: 'ms', atMost: 4 },
      { name: 'error, largest', value: Math.max(...sizesMs), unit: 'ms' },
      { name: 'bias, either way', value: Math.abs(mean(errorsMs)), unit: 'ms', atMost: 1 },
      { name: 'bias of resets', value: mean(ofMode('reset')), unit: 'ms' },
      { name: 'bias of silence', value: mean(ofMode('blackhole')), unit: 'ms' },
      { name: 'cuts outside the stated uncertainty', value: outside.length, unit: '', atMost: 0 },
    ];
    return figures;
  },
};
