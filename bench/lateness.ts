/** How late the open loop sends its requests, at ten times the default rate, beside a whole lab on the same machine. */
import { loadSchema } from '../src/scenario/load.ts';
import { labStack } from '../src/stacks/lab/index.ts';
import type { Benchmark } from './benchmark.ts';
import { runLoad, withLab } from './lab.ts';

/** With the 410 a second of the standard probes: 2,000 requests a second. */
const ratePerSecond = 1590;
const seconds = 30;

export const lateness: Benchmark = {
  name: 'lateness',
  measures: `actual − intended start at 2,000 requests a second for ${seconds} s, wherever the connection was free`,
  unavailable: () => labStack.unavailable(),
  run: () =>
    withLab(async (lab, folder) => {
      const load = loadSchema.parse({ writers: 100, ratePerSecond });
      const { generator, ok, bad } = await runLoad(lab, folder, load, seconds);
      return [
        { name: 'requests a second', value: (ok + bad) / seconds, unit: '/s' },
        { name: 'requests that failed', value: bad, unit: '' },
        { name: 'lateness, median', value: generator.lateP50Us / 1000, unit: 'ms' },
        { name: 'lateness, 99th percentile', value: generator.lateP99Us / 1000, unit: 'ms', atMost: 5 },
        { name: 'lateness, largest', value: generator.lateMaxUs / 1000, unit: 'ms' },
      ];
    }),
};
