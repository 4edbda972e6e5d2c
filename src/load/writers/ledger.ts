/** The tables that the load writes to: made before a run, and read back at its end. */
import type { Client } from 'pg';
import { SetupError } from '../../errors.ts';
import { type Draft, type EventOf, isDatabaseWrite } from '../../journal/event.ts';
import { lsnBytes } from '../../postgres/lsn.ts';
import { ledgerTable, probeTable, type StreamPlan, schemaSql } from '../process/protocol.ts';
import { errorText, type LoadError } from './outcome.ts';

type Ledger = EventOf<'ledger'>;

/**
 * Makes the tables and empties them of an earlier run, with a row for each stream that writes.
 * @param client connected to the primary, to the load's database, as the load's user, so that it owns them
 * @throws SetupError if the database refuses
 */
export async function prepareSchema(client: Client, streams: readonly StreamPlan[]): Promise<void> {
  const writing = streams.filter(isDatabaseWrite).map(({ name }) => name);
  try {
    await client.query(`${schemaSql} truncate ${ledgerTable}, ${probeTable}`);
    await client.query(
      `insert into ${probeTable} (stream, slot) select name, -1 from unnest($1::text[]) name
       on conflict (stream) do update set slot = excluded.slot`,
      [writing],
    );
  } catch (error) {
    const got = errorText(error as LoadError);
    throw new SetupError(
      `expected to create the schema pgdrill in the load's database, but got ${got}; the load's user needs the right ` +
        'CREATE on the database',
      { cause: error },
    );
  }
}

/**
 * The final read R of the ledger on one instance.
 * @param client connected to the load's database, with the right to read the ledger
 * @throws SetupError if it cannot be read
 */
export async function readLedger(
  client: Client,
  instance: string,
  role: Ledger['role'],
): Promise<Omit<Draft<'ledger'>, 'tUs'>> {
  try {
    // One snapshot for all three, so that they agree.
    await client.query('begin isolation level repeatable read read only');
    const rows = await numbers(client, `select count(*)::text from ${ledgerTable}`);
    const ranges = await numbers(client, rangesSql);
    const duplicates = await numbers(client, duplicatesSql);
    await client.query('commit');
    const timeline = (await numbers(client, timelineSql))[0]![0]!;
    const forks = await readForks(client, timeline);
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

async function numbers(client: Client, sql: string): Promise<number[][]> {
  const { rows } = await client.query<string[]>({ text: sql, rowMode: 'array' });
  return rows.map((row) => row.map(Number));
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
    text: 'select pg_read_file($1, true)',
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
