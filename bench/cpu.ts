/** What the instrument itself costs at the default drill's rate: the load process, beside a whole lab. */
import { loadSchema } from '../src/scenario/load.ts';
import { labStack } from '../src/stacks/lab/index.ts';
import type { Benchmark } from './benchmark.ts';
import { runLoad, withLab } from './lab.ts';

const seconds = 60;

export const cpu: Benchmark = {
  name: 'cpu',
  measures: `CPU time of the load process at the default rate, probes included, over ${seconds} s`,
  unavailable: () => labStack.unavailable(),
  run: () =>
    withLab(async (lab, folder) => {
      const { generator, ok, bad } = await runLoad(lab, folder, loadSchema.parse({}), seconds);
      return [
        { name: 'share of a core', value: (100 * generator.cpuUs) / generator.wallUs, unit: '%', atMost: 25 },
        { name: 'a request', value: generator.cpuUs / (ok + bad), unit: 'µs' },
        { name: 'requests that failed', value: bad, unit: '' },
      ];
    }),
};
