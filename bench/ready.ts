/** How long a lab takes until it is ready, from a warm cache. */
import { labStack } from '../src/stacks/lab/index.ts';
import type { Benchmark } from './benchmark.ts';
import { withLab } from './lab.ts';
import { spread } from './spread.ts';

const times = 5;

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
    return spread('ready', 's', tookS, { atMost: 4 });
  },
};
