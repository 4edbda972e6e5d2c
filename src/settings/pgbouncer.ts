/**
 * PgBouncer's settings that decide how long an outage lasts, the same wherever it runs: the values that each takes, its
 * default, what is recommended, and why. Ranges: PgBouncer's manual; those of keepalives are the Linux kernel's.
 */
import { count, milliseconds, type Setting, seconds, words } from './setting.ts';

/** MAX_TCP_KEEPIDLE, MAX_TCP_KEEPINTVL and MAX_TCP_KEEPCNT of include/net/tcp.h: beyond them the kernel refuses. */
const keepalive = { seconds: 32_767, probes: 127 };

export const pgbouncerSettings = {
  pool_mode: {
    takes: words('transaction', 'session'),
    default: 'session',
    recommended: 'transaction',
    why: 'in session mode each client keeps a server connection for itself',
  },
  server_login_retry: {
    takes: seconds(),
    default: '15',
    recommended: '1',
    why: 'after a failed login PgBouncer waits this long before the next one, even if the new primary is ready sooner',
  },
  server_connect_timeout: {
    takes: seconds(),
    default: '15',
    recommended: '5',
    why: 'an attempt to a host that drops packets blocks its pool this long; a login here takes milliseconds',
  },
  dns_max_ttl: {
    takes: seconds(),
    default: '15',
    recommended: '5',
    why: 'how long an old address is kept where failover changes a DNS name',
  },
  query_wait_timeout: {
    takes: seconds(),
    default: '120',
    recommended: '30',
    why: 'a query that waits longer than the allowed outage fails with an error instead of hanging',
  },
  client_login_timeout: {
    takes: seconds(),
    default: '60',
    why: 'default kept: it guards against slow clients, not against servers',
  },
  server_check_delay: {
    takes: seconds(),
    default: '30',
    recommended: '5',
    why: 'a server connection idle for longer is tested before a client gets it, so that few clients get a dead one',
  },
  server_lifetime: { takes: seconds(), default: '3600', why: 'default kept' },
  server_idle_timeout: { takes: seconds(), default: '600', why: 'default kept' },
  server_fast_close: {
    takes: words('0', '1'),
    default: '0',
    recommended: '1',
    why: 'in session mode old server connections otherwise outlive a RECONNECT until their clients leave',
  },
  tcp_user_timeout: {
    takes: milliseconds(),
    default: '0',
    recommended: '10000',
    why: 'without it a connection whose peer vanished hangs until the kernel gives up, after 15 minutes or more',
  },
  tcp_keepalive: { takes: words('0', '1'), default: '1', why: 'default kept' },
  tcp_keepidle: {
    takes: seconds({ most: keepalive.seconds }),
    default: '0',
    recommended: '5',
    why: 'an idle connection to a vanished host looks alive; 0 uses the system’s 7,200 s',
  },
  tcp_keepintvl: {
    takes: seconds({ most: keepalive.seconds }),
    default: '0',
    recommended: '3',
    why: 'time between two keepalive probes; 0 uses the system’s 75 s',
  },
  tcp_keepcnt: {
    takes: count({ most: keepalive.probes }),
    default: '0',
    recommended: '3',
    why: 'keepalive probes without an answer until the connection is closed; 0 uses the system’s 9',
  },
} as const satisfies Readonly<Record<string, Setting>>;

/** Values that a timer may be moved to, and what its recommended value risks. */
export interface Trial {
  readonly trials: readonly string[];
  readonly risk: string;
}

/** Values that `explain` may move PgBouncer's timers to, and what a shorter one risks. */
export const pgbouncerTrials: Readonly<Record<string, Trial>> = {
  server_login_retry: {
    trials: ['2', '7', '37'],
    risk: 'while the server is away each pool attempts a login more often: once a second',
  },
  server_connect_timeout: {
    trials: ['3', '7', '23'],
    risk: 'a login that is slow for another reason (a busy server, TLS, DNS) is abandoned and repeated',
  },
  dns_max_ttl: { trials: ['4', '23'], risk: 'more queries to the name server' },
  query_wait_timeout: {
    trials: ['11', '47'],
    risk: 'clients that wait in the queue get an error, which they must be able to retry',
  },
  tcp_user_timeout: {
    trials: ['3000', '7000'],
    risk: 'a connection over a network that stalls for so long is cut',
  },
};
