/** What the lines of PgBouncer's and PostgreSQL's logs say, equal ones counted together. */
import type { EventOf } from '../../journal/event.ts';
import { saysTooMany } from '../../postgres/too-many.ts';
import type { LogLine } from './log-line.ts';
import type { Sink } from './observer.ts';

type LogEvent = EventOf<'poollog'>['event'];
export interface Classified {
  readonly event: LogEvent;
  /** What happened, without what distinguishes two like events (addresses, numbers). */
  readonly text: string;
  readonly pool?: string;
  readonly sqlstate?: string;
  readonly cause?: 'connect timeout';
}

/** A line of PgBouncer's log after its time stamp; undefined where it is not of interest. */
export function classifyPgbouncer(line: string): Classified | undefined {
  const [, level, rest] = /^\[\d+\] (\w+) (.*)$/.exec(line) ?? [];
  if (!level || !rest) return undefined;
  const [, side, pool, message] = /^([CS])-0x[0-9a-f]+: ([^@\s]*)\S* (.*)$/.exec(rest) ?? [];
  if (side === 'S' && message?.startsWith('new connection to server'))
    return { event: 'server-connect', text: `new connection to server for ${pool}`, ...of(pool) };
  if (side === 'S' && message?.startsWith('closing because: '))
    return { event: 'server-close', text: `${reason(message)} for ${pool}`, ...of(pool), ...causeOf(message) };
  // The observer's own, to the console.
  if (rest.includes(': pgbouncer/')) return undefined;
  if (side === 'C' && message?.startsWith('login attempt: ')) return { event: 'client-login', text: loginOf(message) };
  if (side === 'C' && message?.startsWith('closing because: ')) return { event: 'client-close', text: reason(message) };
  if (level === 'WARNING' || level === 'ERROR' || level === 'FATAL')
    return { event: 'error', text: message ?? rest, ...refusedBy(message ?? rest) };
  return undefined;
}

const of = (pool: string | undefined) => (pool ? { pool } : {});
const causeOf = (message: string) =>
  message.startsWith('closing because: connect timeout') ? { cause: 'connect timeout' as const } : {};
/** PgBouncer passes PostgreSQL's message on without its code. */
const refusedBy = (message: string) => (saysTooMany(message) ? { sqlstate: '53300' } : {});
const reason = (message: string): string => message.replace(/^closing because: /, '').replace(/ \(age=.*\)$/, '');
const loginOf = (message: string): string => message.replace(/^login attempt: /, '').replace(/ tls=.*$/, '');

/**
 * A line of PostgreSQL's log after its time stamp: each backend that was forked for a client, and each that was refused.
 * @param peers addresses that are not clients: other instances come to replicate and to rewind
 */
export function classifyPostgres(line: string, peers: ReadonlySet<string>): Classified | undefined {
  const [, refused] = /FATAL: {2}(.*)$/.exec(line) ?? [];
  if (refused && saysTooMany(refused)) return { event: 'error', text: refused, ...refusedBy(refused) };
  const [, host] = /LOG: {2}connection received: host=(\S+)/.exec(line) ?? [];
  // The observer's own connections come by the socket.
  if (!host || host === '[local]' || peers.has(host)) return undefined;
  return { event: 'backend-fork', text: `connection received from ${host}` };
}

/** Counts what is equal among the lines of one look; each kind becomes one event, at the time of its first line. */
export function tellEvents(
  source: string,
  lines: readonly LogLine[],
  classify: (line: string) => Classified | undefined,
  sink: Sink,
): void {
  const groups = new Map<string, { event: LogEvent; text: string; atNs: bigint; n: number }>();
  for (const { atNs, text: line } of lines) {
    const classified = classify(line);
    if (!classified) continue;
    const key = `${classified.event} ${classified.text}`;
    const group = groups.get(key) ?? { ...classified, atNs, n: 0 };
    group.n++;
    groups.set(key, group);
  }
  for (const { atNs, ...group } of groups.values())
    sink({ kind: 'poollog', source, ...group, loggedNs: atNs }, process.hrtime.bigint());
}
