/**
 * The settings that decide how long an outage lasts on CloudNativePG: where each is written, the program's own default,
 * what is recommended, and why. `topology.timers` chooses between the two, `topology.settings` overrides one.
 */
import { didYouMean, UsageError } from '../../errors.ts';
import type { Topology } from '../../scenario/topology.ts';

/** Which object holds it: the Pooler's parameters, the Cluster's spec, its lease or monitoring, or PostgreSQL's parameters. */
export type Place = 'pgbouncer' | 'cluster' | 'lease' | 'monitoring' | 'postgresql';
export interface Setting {
  readonly place: Place;
  /** Its name there. */
  readonly key: string;
  readonly unit: string;
  /** The program's own. */
  readonly default: string;
  /** Absent: the program's own. */
  readonly recommended?: string;
  readonly why: string;
  /** The words that it takes; whole numbers where there are none. */
  readonly words?: readonly string[];
}

const at = (place: Place, key: string, unit: string, own: string, why: string, recommended?: string): Setting => ({
  ...{ place, key, unit, default: own, why },
  ...(recommended !== undefined && { recommended }),
});
const pgbouncer = (key: string, unit: string, own: string, why: string, recommended?: string) =>
  at('pgbouncer', key, unit, own, why, recommended);

export const settings: Readonly<Record<string, Setting>> = {
  // The topology says it, whatever its timers are.
  pool_mode: {
    ...pgbouncer('pool_mode', '', 'session', 'in session mode each client keeps a server connection for itself'),
    words: ['transaction', 'session'],
  },
  server_login_retry: pgbouncer(
    'server_login_retry',
    's',
    '15',
    'after a failed login nothing is tried until this has passed, however soon the new primary is there',
    '1',
  ),
  server_connect_timeout: pgbouncer(
    'server_connect_timeout',
    's',
    '15',
    'an attempt to a host that drops packets blocks its pool this long; a login here takes milliseconds',
    '5',
  ),
  query_wait_timeout: pgbouncer(
    'query_wait_timeout',
    's',
    '120',
    'a query that waited longer than the outage that is allowed is better told so than left hanging',
    '30',
  ),
  tcp_user_timeout: pgbouncer(
    'tcp_user_timeout',
    'ms',
    '0',
    'without it a connection whose peer vanished hangs until the kernel gives up, after 15 minutes or more',
    '10000',
  ),
  tcp_keepidle: pgbouncer(
    'tcp_keepidle',
    's',
    '0',
    'an idle connection to a vanished host looks alive; 0 is the system’s 7,200 s',
    '5',
  ),
  tcp_keepintvl: pgbouncer('tcp_keepintvl', 's', '0', 'between two keepalive probes; 0 is the system’s 75 s', '3'),
  tcp_keepcnt: pgbouncer('tcp_keepcnt', '', '0', 'probes without an answer; 0 is the system’s 9', '3'),
  server_check_delay: pgbouncer(
    'server_check_delay',
    's',
    '30',
    'a connection idle for longer is tested before a client gets it',
    '5',
  ),
  dns_max_ttl: pgbouncer('dns_max_ttl', 's', '15', 'does not matter: the name of the -rw service keeps its address'),
  server_lifetime: pgbouncer('server_lifetime', 's', '3600', 'as it comes'),
  server_idle_timeout: pgbouncer('server_idle_timeout', 's', '600', 'as it comes'),
  server_fast_close: pgbouncer('server_fast_close', '', '0', 'as it comes'),
  client_login_timeout: pgbouncer('client_login_timeout', 's', '60', 'as it comes'),

  smart_shutdown_timeout: at(
    'cluster',
    'smartShutdownTimeout',
    's',
    '180',
    'a pooler keeps its connections open, so that a smart shutdown waits for all of this and is then a fast one anyway',
    '0',
  ),
  stop_delay: at('cluster', 'stopDelay', 's', '1800', 'how long an instance may take to stop'),
  switchover_delay: at(
    'cluster',
    'switchoverDelay',
    's',
    '3600',
    'how long a primary may take to stop at a switchover',
  ),
  failover_delay: at('cluster', 'failoverDelay', 's', '0', 'how long an unhealthy primary is waited for'),
  lease_duration: at(
    'lease',
    'leaseDurationSeconds',
    's',
    '15',
    'a dead primary’s lease must expire before another is promoted',
  ),
  lease_renew_deadline: at(
    'lease',
    'renewDeadlineSeconds',
    's',
    '10',
    'a primary that cannot renew its lease this long stops',
  ),
  lease_retry_period: at('lease', 'retryPeriodSeconds', 's', '2', 'how often the lease is renewed, or asked for'),

  metrics_queries_ttl: at(
    'monitoring',
    'metricsQueriesTTL',
    's',
    '30',
    'what the exporter tells is up to this old: an alert on a peak that is shorter may never fire',
  ),

  archive_timeout: at(
    'postgresql',
    'archive_timeout',
    's',
    '300',
    'a segment is archived after this even if it is not full: what a disaster may cost',
  ),
  wal_sender_timeout: at(
    'postgresql',
    'wal_sender_timeout',
    's',
    '5',
    'a vanished standby holds up synchronous commits this long',
  ),
  wal_receiver_timeout: at(
    'postgresql',
    'wal_receiver_timeout',
    's',
    '5',
    'a standby notices a vanished primary after this',
  ),
};

/** What a topology asks for, by place and the name there: what is recommended somewhere or asked for is always said. */
export type Chosen = Readonly<Record<Place, Readonly<Record<string, string>>>>;

/** @throws UsageError for an unknown setting, or a value that it does not take */
export function chooseSettings(topology: Pick<Topology, 'timers' | 'settings' | 'pooler'>): Chosen {
  const { timers, settings: asked, pooler } = topology;
  for (const [name, value] of Object.entries(asked)) refuseValue(name, value);
  const chosen: Record<Place, Record<string, string>> = {
    pgbouncer: { pool_mode: pooler.mode },
    cluster: {},
    lease: {},
    monitoring: {},
    postgresql: {},
  };
  for (const [name, setting] of Object.entries(settings)) {
    const value = asked[name] ?? (setting.recommended && setting[timers === 'recommended' ? 'recommended' : 'default']);
    if (value !== undefined) chosen[setting.place][setting.key] = value;
  }
  return chosen;
}

function refuseValue(name: string, value: string): void {
  if (!(name in settings))
    throw new UsageError(`the k3s stack has no setting ${name}${didYouMean(name, Object.keys(settings))}`);
  const { unit, words } = settings[name]!;
  if (words ? words.includes(value) : /^\d+$/.test(value)) return;
  const takes = words ? words.join(' or ') : `a whole number${unit && ` of ${unit}`}`;
  throw new UsageError(`the setting ${name} takes ${takes}, but ${value} was given`);
}

/** For `--with`: what each setting does, with its unit and the program's own default. */
export const settingsHelp: Readonly<Record<string, string>> = Object.fromEntries(
  Object.entries(settings).map(([name, { place, unit, default: own, why }]) => [
    name,
    `${place}, default ${own}${unit && ` ${unit}`}: ${why}`,
  ]),
);
