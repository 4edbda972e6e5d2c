/** The metrics that CloudNativePG 1.30 exports without custom queries. Source: its default-monitoring.yaml, collectors and docs. */

const groups: Readonly<Record<string, string>> = {
  cnpg_: 'cache_hits cache_miss errors_total last_error last_update_timestamp',
  cnpg_backends_: 'total max_tx_duration_seconds waiting_total',
  cnpg_collector_:
    'collection_duration_seconds collection_errors_total collections_total fencing_on first_recoverability_point ' +
    'last_available_backup_timestamp last_collection_error last_failed_backup_timestamp lo_pages ' +
    'manual_switchover_required nodes_used pg_wal pg_wal_archive_status postgres_version replica_mode sync_replicas up ' +
    'wal_buffers_full wal_bytes wal_fpi wal_records wal_sync wal_sync_time wal_write wal_write_time',
  cnpg_pg_database_: 'size_bytes xid_age mxid_age',
  cnpg_pg_postmaster_: 'start_time',
  cnpg_pg_replication_: 'lag in_recovery is_wal_receiver_up streaming_replicas',
  cnpg_pg_replication_slots_: 'active pg_wal_lsn_diff',
  cnpg_pg_stat_archiver_:
    'archived_count failed_count seconds_since_last_archival seconds_since_last_failure last_archived_time ' +
    'last_failed_time last_archived_wal_start_lsn last_failed_wal_start_lsn stats_reset_time',
  cnpg_pg_stat_bgwriter_:
    'checkpoints_timed checkpoints_req checkpoint_write_time checkpoint_sync_time buffers_checkpoint buffers_clean ' +
    'maxwritten_clean buffers_backend buffers_backend_fsync buffers_alloc stats_reset_time',
  cnpg_pg_stat_checkpointer_:
    'checkpoints_timed checkpoints_req restartpoints_timed restartpoints_req restartpoints_done write_time sync_time ' +
    'buffers_written stats_reset_time',
  cnpg_pg_stat_database_:
    'xact_commit xact_rollback blks_read blks_hit tup_returned tup_fetched tup_inserted tup_updated tup_deleted ' +
    'conflicts temp_files temp_bytes deadlocks blk_read_time blk_write_time',
  cnpg_pg_stat_replication_:
    'backend_start backend_xmin_age sent_diff_bytes write_diff_bytes flush_diff_bytes replay_diff_bytes ' +
    'write_lag_seconds flush_lag_seconds replay_lag_seconds',
  cnpg_pg_settings_: 'setting',
  cnpg_pg_extensions_: 'update_available',
};
const known = new Set(
  Object.entries(groups).flatMap(([prefix, names]) => names.split(' ').map((name) => `${prefix}${name}`)),
);

/** Names that articles and dashboards use, and the metrics that exist. */
export const meantInstead: Readonly<Record<string, string>> = {
  cnpg_pg_stat_activity_count: 'cnpg_backends_total',
};

/** Whether an instance or pooler exports it. The poolers' columns follow PgBouncer's version, so the rule takes any. */
export const isExported = (metric: string): boolean => known.has(metric) || metric.startsWith('cnpg_pgbouncer_');

/** Metrics of CloudNativePG in a PromQL expression, with their offsets; not its labels, strings or recorded names. */
export function metricsIn(expression: string): { metric: string; offset: number }[] {
  return [...blanked(expression).matchAll(/(?<![\w:])cnpg_\w+(?![\w:])/g)].map((match) => ({
    metric: match[0],
    offset: match.index,
  }));
}

/** The names of the queries in a text of custom queries: the keys of its outermost map. */
export const queriesIn = (text: string): string[] => [...text.matchAll(/^([A-Za-z_]\w*):/gm)].map((match) => match[1]!);

/**
 * The metrics that kube-state-metrics makes of the state of custom resources, by the text of its configuration
 * (`customResourceState`): `<metricNamePrefix>_<name>`.
 */
export function stateMetricsIn(text: string): string[] {
  const parts = text.split(/\bmetricNamePrefix:\s*/).slice(1);
  return parts.flatMap((part) => {
    const prefix = /^["']?(\w+)/.exec(part)?.[1];
    const names = [...part.matchAll(/^\s*- name:\s*["']?(\w+)/gm)].map((match) => match[1]!);
    return prefix === undefined ? [] : names.map((name) => `${prefix}_${name}`);
  });
}

/** An expression with spaces in place of strings, label selectors and the labels of groupings; offsets stay. */
const blanked = (expression: string): string =>
  expression
    .replace(/"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'/g, (text) => ' '.repeat(text.length))
    .replace(/\{[^}]*\}/g, (text) => ' '.repeat(text.length))
    .replace(/\b(?:by|without|on|ignoring|group_left|group_right)\s*\([^)]*\)/g, (text) => ' '.repeat(text.length));

/**
 * What an expression gives where none of its metrics exists: nothing (`empty`), the number of the `or vector(n)` at its
 * end, or undefined where that takes more than a look, as with `absent(…)` or an `or` in the middle.
 */
export function withoutSeries(expression: string): 'empty' | { readonly constant: string } | undefined {
  const text = blanked(expression).trim();
  const end = /\bor\s+vector\s*\(\s*([-+\w.]+)\s*\)$/.exec(text);
  const before = end ? text.slice(0, end.index) : text;
  if (/\b(?:or|unless|absent|absent_over_time|scalar|vector)\b/.test(before)) return undefined;
  return end ? { constant: end[1]! } : 'empty';
}
