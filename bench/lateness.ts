/** How late the open loop sends its requests, at ten times the default rate, beside a whole lab on the same machine. */
import { loadSchema } from '../src/scenario/load.ts';
import { labStack } from '../src/stacks/lab/index.ts';
import type { Benchmark } from './benchmark.ts';
import { type LoadSeen, runLoad, withLab } from './lab.ts';
import { spread } from './spread.ts';

/** With the 410 a second of the standard probes: 2,000 requests a second. */
const ratePerSecond = 1590;
const seconds = 15;
const rounds = 5;

export const lateness: Benchmark = {
  name: 'lateness',
  measures: `actual − intended start at 2,000 requests a second for ${seconds} s, wherever the connection was free, ${rounds} times`,
  unavailable: () => labStack.unavailable(),
  run: () =>
    withLab(async (lab, folder) => {
      const load = loadSchema.parse({ writers: 100, ratePerSecond });
      const seen: LoadSeen[] = [];
      for (let round = 0; round < rounds; round++) seen.push(await runLoad(lab, folder, load, seconds));
      const of = (figure: (one: LoadSeen) => number) => seen.map(figure);
      return [
        ...spread(
          'requests a second',
          '/s',
          of(({ ok, bad }) => (ok + bad) / seconds),
        ),
        ...spread(
          'requests that failed',
          '',
          of(({ bad }) => bad),
        ),
        ...spread(
          'lateness, median of a round',
          'ms',
          of(({ generator }) => generator.lateP50Us / 1_000),
        ),
        ...spread(
          'lateness, 99th percentile of a round',
          'ms',
          of(({ generator }) => generator.lateP99Us / 1_000),
          { atMost: 1 },
        ),
        ...spread(
          'lateness, largest of a round',
          'ms',
          of(({ generator }) => generator.lateMaxUs / 1_000),
        ),
      ];
    }),
};
