/**
 * What keeps a restored copy from acting as the original does. It has the subscriptions and the scheduled jobs of production
 * and the passwords that they use: an apply worker would take over production's replication slot, and jobs would run twice. Pure.
 */
import type { Client } from 'pg';

/** Libraries that act on their own once they are preloaded. None of them is needed to read the data. */
const actors: readonly string[] = [
  ...['bdr', 'pg_cron', 'pg_net', 'pg_partman_bgw', 'pg_squeeze', 'pglogical', 'spock'],
];

/** @param libraries `shared_preload_libraries` of the source; what the data needs to be read (timescaledb, citus) stays */
export const quietLibraries = (libraries: readonly string[]): readonly string[] =>
  libraries.filter((name) => !actors.includes(name));

/** Parameters that a restore sets, whatever the source has. PostgreSQL ignores those of an extension that is not loaded. */
export const quietParameters: Readonly<Record<string, string>> = {
  max_logical_replication_workers: '0',
  'cron.launch_active_jobs': 'off',
  'timescaledb.max_background_workers': '0',
};

/**
 * Asks the restored instance itself: what postgresql.auto.conf of the backup says counts more than the Cluster's parameters.
 * @returns why it may act as the original; undefined where it does not
 */
export async function whyItActs(client: Pick<Client, 'query'>): Promise<string | undefined> {
  const { rows } = await client.query<{ workers: string; timescale: string; libraries: string; applying: number }>(
    `select current_setting('max_logical_replication_workers') as workers,
       coalesce(current_setting('timescaledb.max_background_workers', true), '0') as timescale,
       current_setting('shared_preload_libraries') as libraries,
       (select count(*)::int from pg_stat_activity where backend_type like 'logical replication%') as applying`,
  );
  const { workers, timescale, libraries, applying } = rows[0]!;
  if (applying > 0) return `${applying} of its processes apply a subscription`;
  if (workers !== '0') return `max_logical_replication_workers is ${workers} there, expected 0`;
  if (timescale !== '0') return `timescaledb.max_background_workers is ${timescale} there, expected 0`;
  const loaded = libraries.split(/[\s,"]+/).find((name) => actors.includes(name));
  return loaded && `it has loaded ${loaded}, which acts on its own`;
}
