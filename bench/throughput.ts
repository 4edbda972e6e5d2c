/**
 * What the instrument itself holds back when it goes flat out: the load through one PgBouncer with every write recorded,
 * beside pgbench with the same statement, as many clients and a log of every transaction, by turns on the same lab.
 */
import { join } from 'node:path';
import type { Draft } from '../src/journal/event.ts';
import { openJournal } from '../src/journal/write.ts';
import type { Endpoint } from '../src/load/endpoint.ts';
import { quantile } from '../src/measure/stats.ts';
import { loadSchema } from '../src/scenario/load.ts';
import { labStack } from '../src/stacks/lab/index.ts';
import type { OpenStack } from '../src/stacks/stack.ts';
import type { Benchmark } from './benchmark.ts';
import { makeTables, runLoad, withLab } from './lab.ts';
import { checkpoint, pgbench, whyNoPgbench } from './pgbench.ts';
import { spread } from './spread.ts';

const rounds = 9;
const seconds = 8;
const clients = 20;
/**
 * More than pgbench ever reached so far, so that a write always waits for each connection; what waits at the end is still
 * made. (Taken from its last round alone, one slow round of pgbench would hold back the next of the instrument.)
 */
const pressure = 1.3;

export const throughput: Benchmark = {
  name: 'throughput',
  measures: `writes a second through one PgBouncer by ${clients} clients, beside pgbench -l, ${rounds} rounds by turns`,
  unavailable: async () => (await labStack.unavailable()) ?? (await whyNoPgbench()),
  run: () =>
    withLab(async (lab, folder) => {
      await makeTables(lab, []);
      const pooler = lab.endpoints().find(({ name }) => name === lab.facts.poolers[0])!;
      const control = () => pgbench(lab, pooler, folder, { clients, seconds });
      const theirs = [await control()];
      const ours: Seen[] = [];
      // The first of pgbench only tells how much there is to ask for.
      for (let round = 0; round < rounds; round++) {
        const turns = [
          async () =>
            ours.push(
              await instrument(lab, pooler, folder, pressure * Math.max(...theirs.map(({ perSecond }) => perSecond))),
            ),
          async () => theirs.push(await control()),
        ];
        for (const turn of round % 2 === 0 ? turns : turns.toReversed()) {
          await checkpoint(lab);
          await turn();
        }
      }
      return figures(ours, theirs.slice(1));
    }),
};

interface Seen {
  readonly perSecond: number;
  readonly cpuSeconds: number;
}

function figures(ours: readonly Seen[], theirs: readonly Seen[]) {
  const ratiosOf = (figure: (seen: Seen) => number) => ours.map((seen, round) => figure(seen) / figure(theirs[round]!));
  const median = (seen: readonly Seen[]) =>
    quantile(
      seen.map(({ perSecond }) => perSecond),
      0.5,
    );
  return [
    { name: 'this instrument, median', value: median(ours), unit: '/s' },
    { name: 'pgbench, median', value: median(theirs), unit: '/s' },
    ...spread(
      'ratio',
      '',
      ratiosOf(({ perSecond }) => perSecond),
      { atLeast: 1.05 },
    ),
    ...spread(
      'processor time, ratio',
      '',
      ratiosOf(({ cpuSeconds }) => cpuSeconds),
      { atMost: 1 },
    ),
  ];
}

/** Acknowledged writes a second, every one in a journal on disk. Both sides run for the same time. */
async function instrument(lab: OpenStack, pooler: Endpoint, folder: string, ratePerSecond: number): Promise<Seen> {
  const journal = await openJournal(join(folder, `${Date.now()}.ndjson`));
  const load = loadSchema.parse({ writers: clients, ratePerSecond: Math.min(20_000, ratePerSecond), giveUpMs: 60_000 });
  const done: Draft<'op'>[] = [];
  const { generator } = await runLoad(lab, folder, load, seconds, {
    writerEndpoints: [pooler],
    streams: [],
    onMessage(message) {
      journal.append(message);
      if (message.kind === 'op') done.push(message);
    },
  });
  await journal.close();
  return { perSecond: perSecond(done), cpuSeconds: generator.cpuUs / 1e6 };
}

/** Between the first second and the last, so that neither the start nor the writes given up at the end count. */
function perSecond(batches: readonly Draft<'op'>[]): number {
  const firstUs = batches[0]!.baseUs + 1e6;
  const lastUs = firstUs + (seconds - 2) * 1e6;
  let ok = 0;
  for (const { n, baseUs, due, done, outcome } of batches)
    for (let row = 0; row < n; row++) {
      const doneUs = baseUs + due[row]! + done[row]!;
      if (outcome[row] === 0 && doneUs >= firstUs && doneUs < lastUs) ok++;
    }
  return ok / (seconds - 2);
}
