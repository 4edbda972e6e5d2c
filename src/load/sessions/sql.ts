/** The statements of sessions that write on the primary and read on replicas. */
const sessionTable = 'pgdrill.session';

/** Makes the table, and empties it of an earlier run. The schema must exist. */
export const sessionSchemaSql = `create table if not exists ${sessionTable} (client int primary key, value bigint not null); truncate ${sessionTable}`;

/** `greatest`: bytes that a partition held back may arrive late, and must not lower it. */
export const writeSql = (client: number, value: number): string =>
  `insert into ${sessionTable} as s (client, value) values (${client}, ${value}) on conflict (client) do update set value = greatest(s.value, excluded.value)`;

/** Asked after the acknowledgement, so that the position lies behind the commit, also where others write. */
export const floorSql = 'select pg_current_wal_insert_lsn()';

/**
 * How far the replica has replayed, *then* what it shows: in one statement the snapshot would be older than the position,
 * and a write could seem to be missing behind it. An instance that is not a replica gives an empty position.
 */
export const readSql = (client: number): string =>
  "select set_config('pgdrill.replayed', case when pg_is_in_recovery() then pg_last_wal_replay_lsn()::text else '' end, true); " +
  `select (select value from ${sessionTable} where client = ${client}), current_setting('pgdrill.replayed'), host(inet_server_addr())`;
