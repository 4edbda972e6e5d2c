/**
 * The settings that decide how long an outage lasts: for each the program's own default, what the lab recommends, and
 * why. `topology.timers` chooses between the two columns, `topology.settings` (`--with name=value`) overrides one.
 */
import { didYouMean, UsageError } from '../../errors.ts';
import type { Topology } from '../../scenario/topology.ts';

/** `archiving`: PostgreSQL's, but only where WAL is archived; the rest is that of the restore's own host. */
export type Program = 'pgbouncer' | 'patroni' | 'haproxy' | 'postgresql' | 'archiving';
export interface Setting {
  readonly program: Program;
  readonly unit: string;
  /** The program's own. */
  readonly default: string;
  readonly recommended: string;
  readonly why: string;
  /** The words that it takes; whole numbers where there are none. */
  readonly words?: readonly string[];
  /** PostgreSQL reads it when it starts, and never again. */
  readonly restarts?: true;
}

const pgbouncer = (unit: string, own: string, recommended: string, why: string): Setting => ({
  program: 'pgbouncer',
  unit,
  default: own,
  recommended,
  why,
});
const patroni = (unit: string, own: string, recommended: string, why: string): Setting => ({
  ...pgbouncer(unit, own, recommended, why),
  program: 'patroni',
});
const haproxy = (unit: string, own: string, recommended: string, why: string): Setting => ({
  ...pgbouncer(unit, own, recommended, why),
  program: 'haproxy',
});
const postgresql = (unit: string, own: string, recommended: string, why: string): Setting => ({
  ...pgbouncer(unit, own, recommended, why),
  program: 'postgresql',
});
const archiving = (unit: string, own: string, recommended: string, why: string): Setting => ({
  ...pgbouncer(unit, own, recommended, why),
  program: 'archiving',
});

export const settings: Readonly<Record<string, Setting>> = {
  pool_mode: {
    ...pgbouncer('', 'session', 'transaction', 'in session mode each client keeps a server connection for itself'),
    words: ['transaction', 'session'],
  },
  server_login_retry: pgbouncer(
    's',
    '15',
    '1',
    'after a failed login nothing is tried until this has passed, however soon the new primary is there',
  ),
  server_connect_timeout: pgbouncer(
    's',
    '15',
    '5',
    'an attempt to a host that drops packets blocks its pool this long; a login here takes milliseconds',
  ),
  dns_max_ttl: pgbouncer('s', '15', '5', 'how long an old address is kept where failover is done by DNS'),
  query_wait_timeout: pgbouncer(
    's',
    '120',
    '30',
    'a query that waited longer than the outage that is allowed is better told so than left hanging',
  ),
  client_login_timeout: pgbouncer('s', '60', '60', 'as it comes: it guards against clients, not servers'),
  server_check_delay: pgbouncer(
    's',
    '30',
    '5',
    'a server connection idle for longer is tested before a client gets it, so that few get a dead one',
  ),
  server_lifetime: pgbouncer('s', '3600', '3600', 'as it comes'),
  server_idle_timeout: pgbouncer('s', '600', '600', 'as it comes'),
  server_fast_close: pgbouncer(
    '',
    '0',
    '1',
    'in session mode old server connections otherwise outlive a RECONNECT until their clients leave',
  ),
  tcp_user_timeout: pgbouncer(
    'ms',
    '0',
    '10000',
    'without it a connection whose peer vanished hangs until the kernel gives up, after 15 minutes or more',
  ),
  tcp_keepalive: pgbouncer('', '1', '1', 'as it comes'),
  tcp_keepidle: pgbouncer(
    's',
    '0',
    '5',
    '0 leaves it to the system: 7,200 s; an idle connection to a dead host looks alive',
  ),
  tcp_keepintvl: pgbouncer('s', '0', '3', '0 leaves it to the system: 75 s between probes'),
  tcp_keepcnt: pgbouncer('', '0', '3', '0 leaves it to the system: 9 probes'),

  ttl: patroni(
    's',
    '30',
    '20',
    'the leader’s key expires after this: the bound on noticing a crash; 20 is the least that Patroni takes',
  ),
  loop_wait: patroni('s', '10', '5', 'the leader renews its key this often; ttl ≥ loop_wait + 2 × retry_timeout'),
  retry_timeout: patroni(
    's',
    '10',
    '5',
    'how long etcd may be away before a primary demotes itself; shorter demotes at every hiccup',
  ),
  primary_start_timeout: patroni(
    's',
    '300',
    '15',
    'how long a crashed postmaster may try to recover in place before a standby takes over',
  ),
  maximum_lag_on_failover: patroni(
    'bytes',
    '1048576',
    '1048576',
    'as it comes: bounds loss without synchronous standbys',
  ),
  failsafe_mode: {
    ...patroni(
      '',
      'off',
      'off',
      'as it comes: with it a primary that loses etcd, but reaches every other instance, stays primary',
    ),
    words: ['on', 'off'],
  },
  synchronous_node_count: patroni('', '1', '1', 'one synchronous standby: of three instances any one may fail'),

  haproxy_inter: haproxy('ms', '2000', '1000', 'how often Patroni is asked for its role: bounds the time to route'),
  haproxy_fall: haproxy(
    '',
    '3',
    '2',
    'failed checks until a server is taken out; one lost check shall not cut everybody',
  ),
  haproxy_rise: haproxy(
    '',
    '2',
    '1',
    'good checks until it is used: Patroni’s answer is already sure, a second adds nothing',
  ),
  haproxy_timeout_connect: haproxy(
    'ms',
    '5000',
    '2000',
    'to a host that drops packets; in a local network 2 s is plenty',
  ),

  wal_sender_timeout: postgresql('ms', '60000', '5000', 'a vanished standby holds up synchronous commits this long'),
  wal_receiver_timeout: postgresql('ms', '60000', '5000', 'a standby notices a vanished primary after this'),

  reserved_connections: {
    ...postgresql(
      '',
      '0',
      '3',
      'kept for pg_rewind: where clients that wait for a standby hold every other connection, none could become one',
    ),
    restarts: true,
  },

  archive_mode: {
    ...archiving(
      '',
      'on',
      'always',
      'a standby archives too what it receives: what an old primary could not archive is otherwise never archived',
    ),
    words: ['on', 'always'],
  },
  archive_timeout: archiving(
    's',
    '0',
    '30',
    'a segment is archived after this even if it is not full: what a disaster may cost',
  ),
  restore_disk: archiving('MB', '0', '0', 'size of the disk that a restore gets; 0: as large as the machine’s'),
};

/** Values in force by setting. */
export type Chosen = Readonly<Record<string, string>>;

/**
 * The values that a topology asks for.
 * @throws UsageError for an unknown setting, a value that is no whole number, and timers that Patroni refuses
 */
export function chooseSettings(topology: Pick<Topology, 'timers' | 'settings' | 'pooler'>): Chosen {
  const chosen: Record<string, string> = {};
  for (const [name, setting] of Object.entries(settings)) chosen[name] = setting[ownOrRecommended(topology)];
  // It is no timer: the topology says it, whatever its timers are.
  chosen.pool_mode = topology.pooler.mode;
  for (const [name, value] of Object.entries(topology.settings)) {
    if (!(name in settings))
      throw new UsageError(`the lab has no setting ${name}${didYouMean(name, Object.keys(settings))}`);
    refuseValue(name, value);
    chosen[name] = value;
  }
  checkPatroniTimers(chosen);
  return chosen;
}

function refuseValue(name: string, value: string): void {
  const { words } = settings[name]!;
  if (words ? words.includes(value) : /^\d+$/.test(value)) return;
  const takes = words ? words.join(' or ') : `a whole number${unitOf(name)}`;
  throw new UsageError(`the setting ${name} takes ${takes}, but ${value} was given`);
}

const ownOrRecommended = ({ timers }: Pick<Topology, 'timers'>) => (timers === 'defaults' ? 'default' : 'recommended');
const unitOf = (name: string) => (settings[name]?.unit ? ` of ${settings[name].unit}` : '');

/** Patroni would replace timers that break its rule by its defaults without saying so. */
function checkPatroniTimers(chosen: Chosen): void {
  const [ttl, loopWait, retryTimeout] = [Number(chosen.ttl), Number(chosen.loop_wait), Number(chosen.retry_timeout)];
  if (ttl < 20) throw new UsageError(`Patroni takes no ttl below 20 s, but ${ttl} was given`);
  if (loopWait < 1) throw new UsageError(`Patroni takes no loop_wait below 1 s, but ${loopWait} was given`);
  if (retryTimeout < 3) throw new UsageError(`Patroni takes no retry_timeout below 3 s, but ${retryTimeout} was given`);
  if (ttl < loopWait + 2 * retryTimeout)
    throw new UsageError(
      `Patroni demands ttl ≥ loop_wait + 2 × retry_timeout, but ${ttl} < ${loopWait} + 2 × ${retryTimeout}: raise ttl or lower the others`,
    );
}

/** Of the chosen values those of one program, with why each is as it is. */
export function settingsOf(program: Program, chosen: Chosen): { name: string; value: string; why: string }[] {
  return Object.entries(settings)
    .filter(([, setting]) => setting.program === program)
    .map(([name, { why, recommended }]) => {
      const value = chosen[name]!;
      return { name, value, why: value === recommended ? why : `chosen for this run (recommended: ${recommended})` };
    });
}

/** For `--with`: what each setting does, with its unit and the program's own default. */
export const settingsHelp: Readonly<Record<string, string>> = Object.fromEntries(
  Object.entries(settings).map(([name, { program, unit, default: own, why }]) => [
    name,
    `${program}, default ${own}${unit && ` ${unit}`}: ${why}`,
  ]),
);

/** As facts and plans name settings: `pgbouncer.server_login_retry` → `1 s`, `haproxy.haproxy_inter` → `1000 ms`. */
export function named(
  program: Program,
  names: readonly string[],
  inForce: (name: string) => unknown,
): Record<string, string> {
  return Object.fromEntries(names.map((name) => [`${program}.${name}`, withUnit(name, inForce(name))]));
}

function withUnit(name: string, value: unknown): string {
  const unit = settings[name]?.unit;
  const text = String(value ?? 'unknown');
  return unit && /^\d+$/.test(text) ? `${text} ${unit}` : text;
}

/** What a lab of this topology would be set to, named as in its facts. @throws UsageError as `chooseSettings` */
export function plannedSettings(topology: Topology): Record<string, string> {
  const chosen = chooseSettings(topology);
  const asked = Object.entries(settings).filter(([, { program }]) => program !== 'archiving' || topology.archiving);
  const planned = asked.map(([name, { program }]) =>
    named(program === 'archiving' ? 'postgresql' : program, [name], () => chosen[name]),
  );
  return Object.assign({ 'pgbouncer.default_pool_size': String(topology.pooler.poolSize) }, ...planned);
}
