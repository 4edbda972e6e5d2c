/**
 * What the instrument itself holds back when it goes flat out: the load through one PgBouncer with every write recorded,
 * beside pgbench with the same statement, as many clients and a log of every transaction, by turns on the same lab.
 */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import type { Draft } from '../src/journal/event.ts';
import { openJournal } from '../src/journal/write.ts';
import type { Endpoint } from '../src/load/endpoint.ts';
import { insertSql } from '../src/load/writers/writer.ts';
import { quantile } from '../src/measure/stats.ts';
import { loadSchema } from '../src/scenario/load.ts';
import { labStack } from '../src/stacks/lab/index.ts';
import type { OpenStack } from '../src/stacks/stack.ts';
import type { Benchmark } from './benchmark.ts';
import { makeTables, runLoad, withLab } from './lab.ts';

const rounds = 7;
const seconds = 8;
const clients = 20;
/**
 * More than pgbench ever reached so far, so that a write always waits for each connection; what waits at the end is still
 * made. (Taken from its last round alone, one slow round of pgbench would hold back the next of the instrument.)
 */
const pressure = 1.3;
/** As the load process runs (src/load/process/scheduling.ts). */
const inItsClass = ['chrt', '--rr', '1'];

export const throughput: Benchmark = {
  name: 'throughput',
  measures: `writes a second through one PgBouncer by ${clients} clients, beside pgbench -l, ${rounds} rounds by turns`,
  unavailable: async () => (await labStack.unavailable()) ?? (await whyNoPgbench()),
  run: () =>
    withLab(async (lab, folder) => {
      await makeTables(lab, []);
      const pooler = lab.endpoints().find(({ name }) => name === lab.facts.poolers[0])!;
      const theirs = [await pgbench(lab, pooler, folder)];
      const ours: number[] = [];
      // The first of pgbench only tells how much there is to ask for.
      for (let round = 0; round < rounds; round++) {
        const turns = [
          async () => ours.push(await instrument(lab, pooler, folder, pressure * Math.max(...theirs))),
          async () => theirs.push(await pgbench(lab, pooler, folder)),
        ];
        for (const turn of round % 2 === 0 ? turns : turns.toReversed()) {
          await checkpoint(lab);
          await turn();
        }
      }
      return figures(ours, theirs.slice(1));
    }),
};

/** A checkpoint that falls into one of the two would be noise. */
async function checkpoint(lab: OpenStack): Promise<void> {
  const client = await lab.connect(await lab.primary());
  await client.query('checkpoint').finally(() => client.end());
}

function figures(ours: readonly number[], theirs: readonly number[]) {
  const ratios = ours.map((perSecond, round) => perSecond / theirs[round]!);
  return [
    { name: 'this instrument, median', value: quantile(ours, 0.5), unit: '/s' },
    { name: 'pgbench, median', value: quantile(theirs, 0.5), unit: '/s' },
    { name: 'ratio, median of the rounds', value: quantile(ratios, 0.5), unit: '', atLeast: 0.9 },
    { name: 'ratio, smallest', value: Math.min(...ratios), unit: '' },
    { name: 'ratio, largest', value: Math.max(...ratios), unit: '' },
  ];
}

/** @returns acknowledged writes a second, every one in a journal on disk */
async function instrument(lab: OpenStack, pooler: Endpoint, folder: string, ratePerSecond: number): Promise<number> {
  const journal = await openJournal(join(folder, `${Date.now()}.ndjson`));
  const load = loadSchema.parse({ writers: clients, ratePerSecond: Math.min(20_000, ratePerSecond), giveUpMs: 60_000 });
  const done: Draft<'op'>[] = [];
  await runLoad(lab, folder, load, seconds, {
    writerEndpoints: [pooler],
    streams: [],
    onMessage(message) {
      journal.append(message);
      if (message.kind === 'op') done.push(message);
    },
  });
  await journal.close();
  return perSecond(done);
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

/** @returns transactions a second, as it says itself, without the time to connect */
async function pgbench(lab: OpenStack, pooler: Endpoint, folder: string): Promise<number> {
  const script = join(folder, 'write.sql');
  await writeFile(script, `\\set op random(1, 1000000000)\n${insertSql(':client_id', ':op')};\n`);
  const { host, port, user, database, password } = pooler;
  const where = ['-h', host, '-p', String(port), '-U', user, database];
  const how = ['-n', '-M', 'simple', '-c', String(clients), '-j', '2', '-T', String(seconds), '-f', script];
  const log = ['-l', `--log-prefix=${join(folder, 'pgbench')}`];
  const [program, ...argv] = lab.clientArgv([...inItsClass, 'pgbench', ...how, ...log, ...where]);
  const { stdout } = await execa(program!, argv, { env: { PGPASSWORD: password } });
  const [, tps] = /tps = ([\d.]+)/.exec(stdout) ?? [];
  return Number(tps);
}

const whyNoPgbench = (): Promise<string | undefined> =>
  execa('pgbench', ['--version']).then(
    () => undefined,
    () => 'pgbench is not there; on Debian: apt-get install postgresql-contrib',
  );
