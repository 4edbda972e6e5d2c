/** What the classes of error in a journal mean, for readers who do not know SQLSTATEs by heart. */
const meanings: readonly (readonly [RegExp, string])[] = [
  [
    /^08P01 server_login_retry|server login has been failing/,
    'PgBouncer: the last log-in to PostgreSQL failed, and it does not try again yet',
  ],
  [/^08P01 query_wait_timeout/, 'PgBouncer: no server connection came free in time'],
  [/^08P01 server conn crashed/, 'PgBouncer: the server connection broke under the statement'],
  [/^08P01 client_login_timeout/, 'PgBouncer: the client could not log in in time'],
  [/^08P01 max_client_conn/, 'PgBouncer: too many clients'],
  [/^08P01/, 'an error of PgBouncer’s own'],
  [/^08/, 'the connection failed'],
  [/^25006/, 'the server is a standby, and read-only'],
  [/^28/, 'PostgreSQL refused the log-in'],
  [/^40001/, 'PostgreSQL could not serialize the transaction'],
  [/^40P01/, 'PostgreSQL ended a deadlock'],
  [/^53300/, 'PostgreSQL has no connection left'],
  [/^53/, 'PostgreSQL lacks a resource'],
  [/^57P01/, 'PostgreSQL ended the session, as an administrator may'],
  [/^57P02/, 'PostgreSQL crashed'],
  [/^57P03/, 'PostgreSQL takes no connections yet, or no longer'],
  [/^timeout$/, 'no answer within the client’s timeout'],
  [/^not sent: no connection/, 'the client had no connection to send it on'],
  [/^ECONNREFUSED/, 'nobody listens at the address'],
  [/^ECONNRESET|^EPIPE|^closed$/, 'the other side closed the connection'],
  [/^ETIMEDOUT|^EHOSTUNREACH|^ENETUNREACH/, 'the address does not answer'],
];

/** Undefined where the text says it itself. */
export const meaningOf = (text: string): string | undefined => meanings.find(([pattern]) => pattern.test(text))?.[1];
