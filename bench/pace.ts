/** What the instrument costs at a drill’s rate, beside pgbench at the same rate with a log of every transaction. */
import { loadSchema } from '../src/scenario/load.ts';
import { labStack } from '../src/stacks/lab/index.ts';
import type { Benchmark } from './benchmark.ts';
import { makeTables, runLoad, withLab } from './lab.ts';
import { checkpoint, pgbench, whyNoPgbench } from './pgbench.ts';
import { spread } from './spread.ts';

const rounds = 5;
const seconds = 12;

export const pace: Benchmark = {
  name: 'pace',
  measures: `processor time of a write at the default rate, without probes, beside pgbench -R -l, ${rounds} rounds by turns`,
  unavailable: async () => (await labStack.unavailable()) ?? (await whyNoPgbench()),
  run: () =>
    withLab(async (lab, folder) => {
      const load = loadSchema.parse({});
      const { writers: clients, ratePerSecond } = load;
      const pooler = lab.endpoints().find(({ name }) => name === lab.facts.poolers[0])!;
      await makeTables(lab, []);
      const [ours, theirs]: [number[], number[]] = [[], []];
      const turns = [
        async () => {
          const { generator, ok } = await runLoad(lab, folder, load, seconds, {
            writerEndpoints: [pooler],
            streams: [],
          });
          ours.push(generator.cpuUs / ok);
        },
        async () => {
          const { perSecond, cpuSeconds } = await pgbench(lab, pooler, folder, { clients, seconds, ratePerSecond });
          theirs.push((1e6 * cpuSeconds) / (perSecond * seconds));
        },
      ];
      for (let round = 0; round < rounds; round++)
        for (const turn of round % 2 === 0 ? turns : turns.toReversed()) {
          await checkpoint(lab);
          await turn();
        }
      const ratios = ours.map((us, round) => us / theirs[round]!);
      return [
        ...spread('processor time of a write', 'µs', ours),
        ...spread('that of pgbench', 'µs', theirs),
        ...spread('ratio', '', ratios, { atMost: 1 }),
      ];
    }),
};
