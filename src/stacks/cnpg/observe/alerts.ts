/**
 * The four alert conditions of the article that the manifests come from, with the names that the metrics really have, and a
 * fifth without which nobody learns that the connections ran out: the exporter logs in as no superuser, so that it is shut
 * out with everybody else, and its figures on backends are missing. Pure: a scrape in, what began or ended to hold out.
 */
import type { Seen } from '../../stack.ts';

type AlertSeen = Extract<Seen, { kind: 'alert' }>;
type Values = Readonly<Record<string, number>>;

interface Condition {
  readonly name: string;
  readonly threshold: number;
  /** Undefined where the source does not report it. `atMs` on any one clock. */
  readonly value: (source: string, values: Values, atMs: number) => number | undefined;
}

const megabyte = 1_000_000;
/** Of `max_connections`, and of the volume. */
const full = 0.8;
/** PostgreSQL closes a WAL file after `archive_timeout` (5 min) at the latest where anything was written. */
const stalledAfterS = 600;

export interface Alerts {
  /** Takes in a scrape. @returns the conditions that began or ended to hold with it; `atMs` on any one clock */
  see(source: string, values: Values, atMs: number): AlertSeen[];
  /** Each condition that was looked at and never held, with the highest value that it had and its source. */
  quiet(): AlertSeen[];
}

/** @param storageBytes size of an instance's volume */
export function alertsOf(storageBytes: number): Alerts {
  const firing = new Set<string>();
  const fired = new Set<string>();
  const highest = new Map<string, AlertSeen>();
  const conditions = conditionsOf(storageBytes);

  function seeOne({ name, threshold }: Condition, source: string, now: number): AlertSeen[] {
    if (now > (highest.get(name)?.value ?? Number.NEGATIVE_INFINITY))
      highest.set(name, { kind: 'alert', name, state: 'quiet', source, value: now, threshold });
    const key = `${name} ${source}`;
    if (now > threshold === firing.has(key)) return [];
    const state = now > threshold ? 'firing' : 'resolved';
    if (state === 'firing') firing.add(key);
    else firing.delete(key);
    fired.add(name);
    return [{ kind: 'alert', name, state, source, value: now, threshold }];
  }

  return {
    see: (source, values, atMs) =>
      conditions.flatMap((condition) => {
        const now = condition.value(source, values, atMs);
        return now === undefined ? [] : seeOne(condition, source, now);
      }),
    quiet: () => [...highest.values()].filter(({ name }) => !fired.has(name)),
  };
}

function conditionsOf(storageBytes: number): readonly Condition[] {
  return [
    {
      // `cnpg_pg_replication_lag` is in seconds; what the primary has not yet sent through is in these, a standby each.
      name: 'replication lag',
      threshold: 10 * megabyte,
      value: (_, values) => largest(values, 'cnpg_pg_stat_replication_replay_diff_bytes'),
    },
    { name: 'archiving stalled', threshold: stalledAfterS, value: secondsSinceArchived() },
    {
      name: 'database size',
      threshold: full,
      value: (_, values) => {
        const bytes = sum(values, 'cnpg_pg_database_size_bytes');
        return bytes === undefined ? undefined : bytes / storageBytes;
      },
    },
    {
      // `cnpg_pg_stat_activity_count`, which the article names, does not exist.
      name: 'connections',
      threshold: full,
      value: (_, values) => {
        const backends = sum(values, 'cnpg_backends_total');
        const most = values['cnpg_pg_settings_setting{name="max_connections"}'];
        return backends === undefined || !most ? undefined : backends / most;
      },
    },
    {
      // Asked again with every scrape, whatever `metricsQueriesTTL` is.
      name: 'exporter shut out',
      threshold: 0,
      value: (_, values) => {
        const up = ofName(values, 'cnpg_collector_up')[0];
        return up === undefined ? undefined : 1 - up;
      },
    },
  ];
}

/** How long the number of archived files of a source has stood still. A standby archives nothing, and says 0. */
function secondsSinceArchived(): Condition['value'] {
  const last = new Map<string, { count: number; sinceMs: number }>();
  return (source, values, atMs) => {
    const count = values.cnpg_pg_stat_archiver_archived_count;
    if (count === undefined || values.cnpg_pg_replication_in_recovery === 1) {
      last.delete(source);
      return undefined;
    }
    const before = last.get(source);
    if (before?.count !== count) last.set(source, { count, sinceMs: atMs });
    return before?.count === count ? (atMs - before.sinceMs) / 1_000 : 0;
  };
}

const ofName = (values: Values, name: string): number[] =>
  Object.entries(values).flatMap(([key, value]) => (key === name || key.startsWith(`${name}{`) ? [value] : []));

function largest(values: Values, name: string): number | undefined {
  const found = ofName(values, name);
  return found.length === 0 ? undefined : Math.max(...found);
}

function sum(values: Values, name: string): number | undefined {
  const found = ofName(values, name);
  return found.length === 0 ? undefined : found.reduce((total, value) => total + value, 0);
}
