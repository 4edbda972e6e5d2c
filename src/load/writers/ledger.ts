/** The tables that the load writes to: made before a run, and read back at its end. */
import type { Client } from 'pg';
import { SetupError, UsageError } from '../../errors.ts';
import { type Draft, type EventOf, isDatabaseWrite } from '../../journal/event.ts';
import { lsnBytes } from '../../postgres/lsn.ts';
import { type Ask, readWithOwnNames, writeWithOwnNames } from '../../postgres/own-names.ts';
import { ledgerTable, probeTable, type StreamPlan, schemaSql } from '../process/protocol.ts';
import { errorText, type LoadError } from './outcome.ts';
import { type Planted, plantedAmong } from './planted.ts';

type Ledger = EventOf<'ledger'>;

/**
 * Makes the tables and empties them of an earlier run, with a row for each stream that writes: in one transaction, which
 * locks the tables, then looks whose they are, and writes only then.
 * @param client connected to the primary, to the load's database, as the load's user, so that it owns them
 * @throws UsageError where another role made the schema or a table, or put triggers or rules on one
 * @throws SetupError if the database refuses
 */
export async function prepareSchema(client: Client, streams: readonly StreamPlan[]): Promise<void> {
  const writing = streams.filter(isDatabaseWrite).map(({ name }) => name);
  try {
    await writeWithOwnNames(client, async () => {
      await client.query('create schema if not exists pgdrill');
      await refusePlanted(client);
      await client.query(schemaSql);
      await client.query(`lock table ${ledgerTable}, ${probeTable} in access exclusive mode`);
      await refusePlanted(client);
      await client.query(`truncate ${ledgerTable}, ${probeTable}`);
      await client.query(
        `insert into ${probeTable} (stream, slot) select name, -1 from unnest($1::text[]) name
         on conflict (stream) do update set slot = excluded.slot`,
        [writing],
      );
    });
  } catch (error) {
    if (error instanceof UsageError) throw error;
    const got = errorText(error as LoadError);
    throw new SetupError(
      `expected to create the schema pgdrill in the load's database, but got ${got}; the load's user needs the right ` +
        'CREATE on the database',
      { cause: error },
    );
  }
}

const ownTables = [ledgerTable, probeTable].map((name) => name.replace('pgdrill.', ''));
const inWords = ({ table, owner }: Planted): string =>
  table === null ? `the schema pgdrill of ${owner}` : `pgdrill.${table}${owner === null ? '' : ` of ${owner}`}`;

/** @throws UsageError naming what this role did not make */
async function refusePlanted(client: Client): Promise<void> {
  const planted = await plantedAmong(client, ownTables);
  if (planted.length > 0)
    throw new UsageError(
      `the drill's own tables should be plain ones that its role made, but it found ${planted.map(inWords).join(', ')}; drop the schema pgdrill or name another database, and let no other role CREATE in it`,
    );
}

/**
 * The final read R of the ledger on one instance.
 * @param client connected to the load's database, with the right to read the ledger: never a superuser's where somebody else
 *   owns the table, since to read it may run its owner's code
 * @param server asked for the timeline and its forks, from the catalogue alone; a superuser's sees all
 * @throws SetupError if it cannot be read
 */
export async function readLedger(
  client: Client,
  instance: string,
  role: Ledger['role'],
  server: Client = client,
): Promise<Omit<Draft<'ledger'>, 'tUs'>> {
  try {
    // One snapshot for all three, so that they agree.
    const { rows, ranges, duplicates } = await readWithOwnNames(client, async (ask) => ({
      rows: await numbers(ask, `select count(*)::text from ${ledgerTable}`),
      ranges: await numbers(ask, rangesSql),
      duplicates: await numbers(ask, duplicatesSql),
    }));
    const timeline = (await readWithOwnNames(server, (ask) => numbers(ask, timelineSql)))[0]![0]!;
    const forks = await readForks(server, timeline);
    return {
      kind: 'ledger',
      instance,
      role,
      timeline,
      forks,
      rows: rows[0]![0]!,
      workers: byWorker(ranges as [number, number, number][]),
      duplicates: duplicates as [number, number, number][],
    };
  } catch (error) {
    throw new SetupError(`the ledger on ${instance} cannot be read: ${errorText(error as LoadError)}`, {
      cause: error,
    });
  }
}

/** Runs of consecutive numbers differ from their row number by a constant ("gaps and islands"). */
const rangesSql = `
  select worker::text, min(op)::text, max(op)::text
  from (select worker, op, op - row_number() over (partition by worker order by op) as island
        from (select distinct worker, op from ${ledgerTable}) as once) as numbered
  group by worker, island order by worker, min(op)`;

const duplicatesSql = `
  select worker::text, op::text, count(*)::text from ${ledgerTable}
  group by worker, op having count(*) > 1 order by worker, op`;

/** On a standby, the timeline that it receives; it falls back to that of its last checkpoint. */
const timelineSql = `
  select (case when pg_is_in_recovery()
    then coalesce((select received_tli from pg_stat_wal_receiver), (select timeline_id from pg_control_checkpoint()))
    else ('x' || substr(pg_walfile_name(pg_current_wal_insert_lsn()), 1, 8))::bit(32)::int end)::text`;

/** @param sql a question whose columns have names of their own */
async function numbers(ask: Ask, sql: string): Promise<number[][]> {
  return (await ask<Record<string, string>>(sql)).map((row) => Object.values(row).map(Number));
}

function byWorker(ranges: readonly [number, number, number][]): Ledger['workers'] {
  const workers: Ledger['workers'] = {};
  for (const [worker, from, to] of ranges) {
    workers[worker] ??= [];
    workers[worker].push([from, to]);
  }
  return workers;
}

/** What is known of the forks: nothing on timeline 1, nor where this user may not read the server's files. */
async function readForks(client: Client, timeline: number): Promise<Ledger['forks']> {
  if (timeline <= 1) return [];
  const file = `pg_wal/${timeline.toString(16).toUpperCase().padStart(8, '0')}.history`;
  const read = client.query<[string | null]>({
    text: 'select pg_catalog.pg_read_file($1, true)',
    values: [file],
    rowMode: 'array',
  });
  const { rows } = await read.catch(() => ({ rows: [] }));
  return parseHistory(rows[0]?.[0] ?? '', timeline);
}

/**
 * Where each timeline forked off its parent. A line of a history file holds the parent and the LSN at which its child,
 * which is the next line's parent, began (PostgreSQL, src/backend/access/transam/timeline.c).
 */
export function parseHistory(text: string, timeline: number): Ledger['forks'] {
  const parents = [...text.matchAll(/^\s*(\d+)\s+([0-9A-F]+\/[0-9A-F]+)/gim)];
  return parents.map(([, , lsn], i) => ({
    timeline: Number(parents[i + 1]?.[1] ?? timeline),
    lsn: lsnBytes(lsn!),
  }));
}
