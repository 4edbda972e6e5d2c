/** pgbench with the load's own statement, as many clients and a log of every transaction: the control of benchmarks. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import type { Endpoint } from '../src/load/endpoint.ts';
import { insertSql } from '../src/load/writers/writer.ts';
import type { OpenStack } from '../src/stacks/stack.ts';

/** As the load process runs (src/load/process/scheduling.ts). */
const inItsClass = ['chrt', '--rr', '1'];

export interface PgbenchOptions {
  readonly clients: number;
  readonly seconds: number;
  /** Flat out where it is absent. */
  readonly ratePerSecond?: number;
}
export interface PgbenchSeen {
  /** Transactions a second, as it says itself, without the time to connect. */
  readonly perSecond: number;
  /** Its own processor time, user and system, s. */
  readonly cpuSeconds: number;
}

/** Runs it where the clients of a lab live. */
export async function pgbench(
  lab: OpenStack,
  endpoint: Endpoint,
  folder: string,
  { clients, seconds, ratePerSecond }: PgbenchOptions,
): Promise<PgbenchSeen> {
  const script = join(folder, 'write.sql');
  await writeFile(script, `\\set op random(1, 1000000000)\n${insertSql(':client_id', ':op')};\n`);
  const { host, port, user, database, password } = endpoint;
  const where = ['-h', host, '-p', String(port), '-U', user, database];
  const pace = ratePerSecond === undefined ? [] : ['-R', String(ratePerSecond)];
  const how = ['-n', '-M', 'simple', '-c', String(clients), '-j', '2', '-T', String(seconds), '-f', script, ...pace];
  const log = ['-l', `--log-prefix=${join(folder, 'pgbench')}`];
  // bash reports the processor time of what it waited for.
  const timed = ['bash', '-c', 'TIMEFORMAT="cpu %U %S"; time "$@"', 'bash'];
  const [program, ...argv] = lab.clientArgv([...timed, ...inItsClass, 'pgbench', ...how, ...log, ...where]);
  const { stdout, stderr } = await execa(program!, argv, { env: { PGPASSWORD: password } });
  const [, tps] = /tps = ([\d.]+)/.exec(stdout) ?? [];
  const [, inUser, system] = /^cpu ([\d.]+) ([\d.]+)$/m.exec(stderr) ?? [];
  return { perSecond: Number(tps), cpuSeconds: Number(inUser) + Number(system) };
}

export const whyNoPgbench = (): Promise<string | undefined> =>
  execa('pgbench', ['--version']).then(
    () => undefined,
    () => 'pgbench is not there; on Debian: apt-get install postgresql-contrib',
  );

/** A checkpoint that falls into one of two turns would be noise. */
export async function checkpoint(lab: OpenStack): Promise<void> {
  const client = await lab.connect(await lab.primary());
  await client.query('checkpoint').finally(() => client.end());
}
