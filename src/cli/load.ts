/** Options of the command line that change the load of a scenario. */
import { readFileSync } from 'node:fs';
import { type Command, Option } from 'commander';
import { commandOf, usesOf } from '../clients/find.ts';
import { UsageError } from '../errors.ts';
import type { Scenario } from '../scenario/index.ts';
import { type Load, loadProfiles, loadSchema } from '../scenario/load.ts';

export interface LoadFlags {
  readonly rate?: string;
  readonly writers?: string;
  readonly profile?: string;
  readonly sql?: readonly string[];
  readonly sqlSetup?: string;
  readonly api?: true;
  readonly k6?: string;
  readonly client?: readonly string[];
}

/** Those that need no file of this machine. */
export const addLoadChoices = (command: Command): Command =>
  command
    .option('--rate <number>', 'writes per second, instead of the scenario’s')
    .option('--writers <number>', 'number of clients that write, instead of the scenario’s')
    .addOption(new Option('--profile <name>', 'what clients do when something fails').choices([...loadProfiles]));

export const addLoadOptions = (command: Command): Command =>
  addLoadChoices(command)
    .option('--sql <files...>', 'your own SQL: one file after the other runs in one transaction with each write')
    .option('--sql-setup <file>', 'SQL that runs once before the drill, as the load’s user')
    .option('--api', 'also test an HTTP service behind the pooler, with and without retries')
    .option('--k6 <script>', 'k6 script that uses this service, such as scenarios/k6/archives.ts')
    .addOption(
      new Option(
        '--client <use>',
        'client program that writes beside the load, instead of the scenario’s: an adapter or an executable, such as psycopg-pool:pool_size=5 or ./my-client (repeatable)',
      ).argParser((word: string, before: string[] = []) => [...before, word]),
    );

/** @throws UsageError for a load that cannot be, a file that cannot be read, and a client that is not installed */
export function withLoad(scenario: Scenario, flags: LoadFlags): Scenario {
  const { rate, writers, profile, sql, sqlSetup, api, k6, client } = flags;
  if (k6 !== undefined) textOf(k6, 'script of k6');
  const changes = {
    ...(rate !== undefined && { ratePerSecond: Number(rate) }),
    ...(writers !== undefined && { writers: Number(writers) }),
    ...(profile !== undefined && { profile }),
    ...(sql !== undefined && { sql: sql.map((file) => textOf(file)) }),
    ...(sqlSetup !== undefined && { setup: textOf(sqlSetup) }),
    ...(api && { api }),
    ...(k6 !== undefined && { k6, api: true }),
    ...(client !== undefined && { clients: client }),
  };
  const load = loadSchema.safeParse({ ...scenario.load, ...changes });
  if (load.success) {
    // A client that cannot be used ends the command before anything is made ready.
    for (const use of usesOf(load.data)) commandOf(use);
    return { ...scenario, load: load.data };
  }
  if (load.error.issues.some(({ path }) => path[0] === 'clients'))
    throw new UsageError(
      `--client expects the name of an adapter or a path, with settings behind a colon (psycopg-pool:pool_size=5), at most 20 times; it got ${client?.join(' ')}`,
    );
  if (load.error.issues.some(({ path }) => path[0] === 'sql'))
    throw new UsageError(
      '--sql expects statements without begin, commit and the like: they are one transaction with the write',
    );
  throw new UsageError(
    `--rate expects writes per second (above 0, at most 20,000) and --writers a whole number from 1 to 1,000; they got ${rate ?? 'nothing'} and ${writers ?? 'nothing'}`,
  );
}

function textOf(file: string, what = 'SQL file'): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new UsageError(`the ${what} ${file} cannot be read: ${(error as Error).message}`);
  }
}

/** The options that give this load again; the SQL of files is in the journal itself. */
export const loadWords = ({ ratePerSecond, writers, profile, api, k6, clients = [] }: Load): string[] => [
  ...['--rate', String(ratePerSecond), '--writers', String(writers), '--profile', profile],
  ...(api ? ['--api'] : []),
  ...(k6 ? ['--k6', k6] : []),
  ...clients.flatMap((client) => (typeof client === 'string' ? ['--client', client] : [])),
];
