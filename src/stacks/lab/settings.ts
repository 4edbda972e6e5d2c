/**
 * The lab's settings that decide how long an outage lasts: for each the values that it takes, the program's own default,
 * what the lab recommends, and why. `topology.timers` chooses between the two columns, `topology.settings`
 * (`--with name=value`) overrides one. PgBouncer's rows: `src/settings/pgbouncer.ts`.
 */
import { UsageError } from '../../errors.ts';
import type { Topology } from '../../scenario/topology.ts';
import { knobs, refuseSettings } from '../../settings/choose.ts';
import { pgbouncerSettings } from '../../settings/pgbouncer.ts';
import {
  count,
  milliseconds,
  type Setting as Row,
  seconds,
  size,
  type Takes,
  withUnit,
  words,
} from '../../settings/setting.ts';

/** `archiving`: PostgreSQL's, but only where WAL is archived; the rest is that of the restore's own host. */
export type Program = 'pgbouncer' | 'patroni' | 'haproxy' | 'postgresql' | 'archiving';
export interface Setting extends Row {
  readonly program: Program;
  /** PostgreSQL reads it only when it starts. */
  readonly restarts?: true;
}

const row =
  (program: Program) =>
  (takes: Takes, own: string, recommended: string, why: string): Setting => ({
    ...{ program, takes, default: own, recommended, why },
  });
const [patroni, haproxy, postgresql, archiving] = [row('patroni'), row('haproxy'), row('postgresql'), row('archiving')];

/**
 * PostgreSQL starts only if these, with its 3 superuser_reserved_connections, are fewer than max_connections
 * (`config/patroni.ts`: 200).
 */
const mostReserved = 196;

export const settings: Readonly<Record<string, Setting>> = {
  ...Object.fromEntries(
    Object.entries<Row>(pgbouncerSettings).map(([name, setting]) => [name, { ...setting, program: 'pgbouncer' }]),
  ),

  // Least values: Patroni's manual, "Dynamic configuration settings".
  ttl: patroni(
    seconds({ least: 20 }),
    '30',
    '20',
    'the leader’s key expires after this: the bound on detecting a crash; Patroni accepts nothing below 20',
  ),
  loop_wait: patroni(
    seconds({ least: 1 }),
    '10',
    '5',
    'the leader renews its key at this interval; ttl ≥ loop_wait + 2 × retry_timeout',
  ),
  retry_timeout: patroni(
    seconds({ least: 3 }),
    '10',
    '5',
    'a primary that cannot reach etcd for this long demotes itself; a shorter time demotes at every hiccup',
  ),
  primary_start_timeout: patroni(
    seconds(),
    '300',
    '15',
    'how long a crashed postmaster may try to recover in place before a standby takes over',
  ),
  maximum_lag_on_failover: patroni(
    size('bytes'),
    '1048576',
    '1048576',
    'default kept: it bounds loss without synchronous standbys',
  ),
  failsafe_mode: patroni(
    words('on', 'off'),
    'off',
    'off',
    'default kept: with it a primary that loses etcd, but reaches every other instance, stays primary',
  ),
  synchronous_node_count: patroni(
    count({ least: 1 }),
    '1',
    '1',
    'one synchronous standby: of three instances any one may fail',
  ),

  // Written as synchronous_mode, which the topology's durability turns on and off (`config/patroni.ts`).
  synchronous_method: patroni(
    words('first', 'any'),
    'first',
    'first',
    'which standbys confirm a commit: `first` names those of synchronous_node_count (synchronous_mode: on), `any` takes as many of all (synchronous_mode: quorum)',
  ),

  // HAProxy refuses an interval or a number of checks below 1.
  haproxy_inter: haproxy(
    milliseconds({ least: 1 }),
    '2000',
    '1000',
    'interval between health checks of Patroni: bounds the time to route to a new primary',
  ),
  haproxy_fall: haproxy(
    count({ least: 1 }),
    '3',
    '2',
    'failed checks until a server is removed; one lost check must not cut every session',
  ),
  haproxy_rise: haproxy(
    count({ least: 1 }),
    '2',
    '1',
    'good checks until a server is used: Patroni’s answer is already certain, a second check adds nothing',
  ),
  haproxy_timeout_connect: haproxy(
    milliseconds(),
    '5000',
    '2000',
    'for a host that drops packets; in a local network 2 s is plenty',
  ),

  wal_sender_timeout: postgresql(
    milliseconds(),
    '60000',
    '5000',
    'a vanished standby holds up synchronous commits this long',
  ),
  wal_receiver_timeout: postgresql(milliseconds(), '60000', '5000', 'a standby detects a vanished primary after this'),

  reserved_connections: {
    ...postgresql(
      count({ most: mostReserved }),
      '0',
      '3',
      'kept for pg_rewind: where clients that wait for a standby hold every other connection, it could not connect',
    ),
    restarts: true,
  },

  archive_mode: archiving(
    words('on', 'always'),
    'on',
    'always',
    'a standby also archives what it receives: what an old primary could not archive would otherwise never be archived',
  ),
  // PostgreSQL's own maximum.
  archive_timeout: archiving(
    seconds({ most: 1_073_741_823 }),
    '0',
    '30',
    'a segment is archived after this even if it is not full: what a disaster may cost',
  ),
  restore_disk: archiving(size('MB'), '0', '0', 'size of the disk that a restore gets; 0: as large as the machine’s'),
};

/** Values in force by setting. */
export type Chosen = Readonly<Record<string, string>>;

/**
 * The values that a topology asks for.
 * @throws UsageError for an unknown setting, a value that it does not take, and timers that Patroni refuses
 */
export function chooseSettings(topology: Pick<Topology, 'timers' | 'settings' | 'pooler'>): Chosen {
  const chosen: Record<string, string> = {};
  refuseSettings('the lab', settings, topology.settings);
  const recommending = topology.timers !== 'defaults';
  for (const [name, setting] of Object.entries(settings))
    chosen[name] = (recommending ? setting.recommended : undefined) ?? setting.default;
  // Not a timer: the topology decides it, whatever its timers are.
  chosen.pool_mode = topology.pooler.mode;
  Object.assign(chosen, topology.settings);
  checkPatroniTimers(chosen);
  return chosen;
}

/** Patroni silently replaces timers that break its rule by its defaults. */
function checkPatroniTimers(chosen: Chosen): void {
  const [ttl, loopWait, retryTimeout] = [Number(chosen.ttl), Number(chosen.loop_wait), Number(chosen.retry_timeout)];
  if (ttl < loopWait + 2 * retryTimeout)
    throw new UsageError(
      `Patroni demands ttl ≥ loop_wait + 2 × retry_timeout, but ${ttl} < ${loopWait} + 2 × ${retryTimeout}: raise ttl or lower the others`,
    );
}

/** Of the chosen values those of one program, with why each is as it is. */
export function settingsOf(program: Program, chosen: Chosen): { name: string; value: string; why: string }[] {
  return Object.entries(settings)
    .filter(([, setting]) => setting.program === program)
    .map(([name, { why, recommended: other, default: own }]) => {
      const value = chosen[name]!;
      const recommended = other ?? own;
      return { name, value, why: value === recommended ? why : `chosen for this run (recommended: ${recommended})` };
    });
}

/** For `--with`. */
export const labKnobs = knobs(settings, ({ program }) => program);

/** As facts and plans name settings: `pgbouncer.server_login_retry` → `1 s`, `haproxy.haproxy_inter` → `1000 ms`. */
export function named(
  program: Program,
  names: readonly string[],
  inForce: (name: string) => unknown,
): Record<string, string> {
  return Object.fromEntries(
    names.map((name) => [`${program}.${name}`, withUnit(inForce(name), settings[name]?.takes)]),
  );
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
