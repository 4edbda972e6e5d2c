/** How long a lab takes until it is ready, from a warm cache. */
import { quantile } from '../src/measure/stats.ts';
import { labStack } from '../src/stacks/lab/index.ts';
import type { Benchmark } from './benchmark.ts';
import { withLab } from './lab.ts';

const times = 3;

export const ready: Benchmark = {
  name: 'ready',
  measures: `time until a lab of three instances is ready, ${times} times`,
  unavailable: () => labStack.unavailable(),
  async run() {
    const tookS: number[] = [];
    for (let i = 0; i < times; i++) {
      const startedMs = performance.now();
      await withLab(async () => tookS.push((performance.now() - startedMs) / 1000));
    }
    return [
      { name: 'ready, median', value: quantile(tookS, 0.5), unit: 's' },
      { name: 'ready, slowest', value: Math.max(...tookS), unit: 's', atMost: 15 },
    ];
  },
};
