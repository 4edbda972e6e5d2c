/**
 * CloudNativePG's settings that decide how long an outage lasts: where each is written, the values that it takes, the
 * program's own default, what is recommended, and why. `topology.timers` chooses between the two, `topology.settings`
 * overrides one. PgBouncer's rows: `src/settings/pgbouncer.ts`.
 */
import type { Topology } from '../../scenario/topology.ts';
import { knobs, refuseSettings } from '../../settings/choose.ts';
import { pgbouncerSettings } from '../../settings/pgbouncer.ts';
import { type Setting as Row, seconds, type Takes, words } from '../../settings/setting.ts';

/** The object that holds it: the Pooler's parameters, the Cluster's spec, its lease or monitoring, or PostgreSQL's parameters. */
export type Place = 'pgbouncer' | 'cluster' | 'lease' | 'monitoring' | 'postgresql' | 'synchronous';
export interface Setting extends Row {
  readonly place: Place;
  /** Its name there. */
  readonly key: string;
}

const at = (place: Place, key: string, takes: Takes, own: string, why: string, recommended?: string): Setting => ({
  ...{ place, key, takes, default: own, why },
  ...(recommended !== undefined && { recommended }),
});

/** The program's own value is kept, and written nowhere. */
function kept({ takes, default: own, why }: Row): Row {
  return { takes, default: own, why };
}

/** tcp_keepalive stays at PgBouncer's default here. */
const { tcp_keepalive: _, pool_mode, dns_max_ttl, server_fast_close, ...others } = pgbouncerSettings;
const pgbouncerRows: Readonly<Record<string, Row>> = {
  // The topology decides it, whatever its timers are.
  pool_mode: kept(pool_mode),
  ...others,
  dns_max_ttl: { ...kept(dns_max_ttl), why: 'default kept: the name of the -rw service keeps its address' },
  server_fast_close: { ...kept(server_fast_close), why: 'default kept' },
};

export const settings: Readonly<Record<string, Setting>> = {
  ...Object.fromEntries(
    Object.entries(pgbouncerRows).map(([name, row]) => [name, { ...row, place: 'pgbouncer', key: name }]),
  ),

  smart_shutdown_timeout: at(
    'cluster',
    'smartShutdownTimeout',
    seconds(),
    '180',
    'a pooler keeps its connections open, so a smart shutdown waits for all of this and then becomes a fast one',
    '0',
  ),
  stop_delay: at('cluster', 'stopDelay', seconds(), '1800', 'how long an instance may take to stop'),
  switchover_delay: at(
    'cluster',
    'switchoverDelay',
    seconds(),
    '3600',
    'how long a primary may take to stop at a switchover',
  ),
  failover_delay: at(
    'cluster',
    'failoverDelay',
    seconds(),
    '0',
    'how long the operator waits for an unhealthy primary',
  ),
  lease_duration: at(
    'lease',
    'leaseDurationSeconds',
    seconds({ least: 1 }),
    '15',
    'a dead primary’s lease must expire before another is promoted',
  ),
  lease_renew_deadline: at(
    'lease',
    'renewDeadlineSeconds',
    seconds({ least: 1 }),
    '10',
    'a primary that cannot renew its lease this long stops',
  ),
  lease_retry_period: at(
    'lease',
    'retryPeriodSeconds',
    seconds({ least: 1 }),
    '2',
    'interval at which the lease is renewed or requested',
  ),

  metrics_queries_ttl: at(
    'monitoring',
    'metricsQueriesTTL',
    seconds(),
    '30',
    'the exporter’s answers may be this old: an alert on a shorter peak may never fire',
  ),

  archive_timeout: at(
    'postgresql',
    'archive_timeout',
    seconds(),
    '300',
    'a segment is archived after this even if it is not full: what a disaster may cost',
  ),
  wal_sender_timeout: at(
    'postgresql',
    'wal_sender_timeout',
    seconds(),
    '5',
    'a vanished standby holds up synchronous commits this long',
  ),
  wal_receiver_timeout: at(
    'postgresql',
    'wal_receiver_timeout',
    seconds(),
    '5',
    'a standby detects a vanished primary after this',
  ),
  synchronous_method: at(
    'synchronous',
    'method',
    words('any', 'first'),
    'any',
    'which standbys confirm a commit: any of them, or the first by name',
  ),
  failover_quorum: at(
    'synchronous',
    'failoverQuorum',
    words('on', 'off'),
    'off',
    'a failover waits until the standbys that may hold every acknowledged write can be asked',
  ),
};

/** What a topology asks for, by place and name there: every setting with a recommended value, and those asked for. */
export type Chosen = Readonly<Record<Place, Readonly<Record<string, string>>>>;

/** @throws UsageError for an unknown setting, or a value that it does not take */
export function chooseSettings(topology: Pick<Topology, 'timers' | 'settings' | 'pooler'>): Chosen {
  const { timers, settings: asked, pooler } = topology;
  refuseSettings('the stack k3s', settings, asked);
  const chosen = noSettings();
  chosen.pgbouncer.pool_mode = pooler.mode;
  for (const [name, setting] of Object.entries(settings)) {
    const value = asked[name] ?? (setting.recommended && setting[timers === 'recommended' ? 'recommended' : 'default']);
    if (value !== undefined) chosen[setting.place][setting.key] = value;
  }
  return chosen;
}

/** Changes on top of manifests that have their own settings, by place. @throws UsageError as `chooseSettings` */
export function askedSettings(asked: Topology['settings']): Chosen {
  refuseSettings('the stack k3s', settings, asked);
  const chosen = noSettings();
  for (const [name, value] of Object.entries(asked)) {
    const { place, key } = settings[name]!;
    chosen[place][key] = value;
  }
  return chosen;
}

const noSettings = (): Record<Place, Record<string, string>> => ({
  pgbouncer: {},
  cluster: {},
  lease: {},
  monitoring: {},
  postgresql: {},
  synchronous: {},
});

/** For `--with`. */
export const cnpgKnobs = knobs(settings, ({ place }) => place);
