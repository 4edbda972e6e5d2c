/** What an error says about a write, and the few words that the journal keeps of it: METRICS, "Outcome of a write". */
import type { Outcome } from '../../journal/event.ts';
import { saysNotDone } from '../../journal/sqlstate.ts';

/** An error of the database (with SQLSTATE and severity), of a socket (with a code such as ECONNRESET), or of `pg`. */
export interface LoadError {
  readonly code?: string | undefined;
  readonly severity?: string | undefined;
  readonly message: string;
}

/** No answer came in time; the client has given up and cut the connection. */
export const timedOut: LoadError = { code: 'TIMEOUT', message: 'timeout' };
/** A write that found no connection until it was too late. */
export const notSent: LoadError = { code: 'NOTSENT', message: 'not sent: no connection' };

/** Five characters, as EPIPE has too; but no SQLSTATE begins with E, and every code of a system error does. */
const isSqlState = (code: string | undefined): code is string => /^[0-9A-DF-Z][0-9A-Z]{4}$/.test(code ?? '');

/**
 * What became of a single autocommit statement whose bytes were sent and that was answered with an error, or not at all.
 * Only what certainly did not happen is `failed`; all else is `unknown`: the commit may have happened unseen.
 */
export function outcomeOfSent(error: LoadError): Extract<Outcome, 'failed' | 'unknown'> {
  return isSqlState(error.code) && saysNotDone(error.code, error.message) ? 'failed' : 'unknown';
}

/** Whether a notice says that a commit was acknowledged without the standbys that it should have waited for. */
export const saysCommittedLocally = (notice: { readonly message?: string | undefined }): boolean =>
  /^canceling (the )?wait for synchronous replication/.test(notice.message ?? '');

/** Whether the server ends the session after this error. Severities may be translated: anything unknown ends it. */
export const endsSession = (error: LoadError): boolean => error.severity !== 'ERROR';

/** Words for errors whose message says more than their SQLSTATE: PgBouncer's own, and the kinds of 57P03. */
const messageClasses: readonly (readonly [RegExp, string])[] = [
  [/server_login_retry|server login has been failing/, 'server_login_retry'],
  [/query_wait_timeout/, 'query_wait_timeout'],
  [/server conn crashed/, 'server conn crashed'],
  [/client_login_timeout/, 'client_login_timeout'],
  [/max_client_conn/, 'max_client_conn'],
  [/starting up/, 'starting up'],
  [/shutting down/, 'shutting down'],
  [/not yet accepting connections/, 'not yet accepting connections'],
  [/recovery mode/, 'in recovery mode'],
];
const codeClasses: Readonly<Record<string, string>> = {
  '25006': 'read-only transaction',
  '28P01': 'password authentication failed',
  '40001': 'serialization failure',
  '40P01': 'deadlock',
  '53300': 'too many connections',
  '57P01': 'terminated',
  '57P02': 'crash shutdown',
};

/**
 * The class of an error for the journal: `57P01 terminated`, `08P01 server_login_retry`, `ECONNRESET`, `timeout`. Names,
 * addresses and numbers are taken out, so that a run has few distinct ones.
 */
export function errorText(error: LoadError): string {
  if (error === timedOut || error === notSent) return error.message;
  const { code, message } = error;
  if (isSqlState(code)) return `${code} ${classOf(code, message)}`;
  if (code) return code;
  // What `pg` says when the other side closed the connection without a word.
  return /^Connection terminated/.test(message) ? 'closed' : generic(message);
}

function classOf(code: string, message: string): string {
  const byMessage = messageClasses.find(([pattern]) => pattern.test(message))?.[1];
  return byMessage ?? codeClasses[code] ?? generic(message);
}

const quoted = /"[^"]*"|'[^']*'/g;
const addressOrNumber = /\b\d+(\.\d+){3}(:\d+)?\b|\b[0-9a-f]{1,4}(::?[0-9a-f]{1,4}){2,}\b|\b\d+\b/gi;
const generic = (message: string): string =>
  cut(message.split('\n', 1)[0]!.replace(quoted, '…').replace(addressOrNumber, '#').trim());

/** Longer texts would fill a journal. A word is never cut in two. */
const longest = 80;
const cut = (text: string): string =>
  text.length <= longest ? text : `${text.slice(0, text.lastIndexOf(' ', longest)).trim()} …`;
