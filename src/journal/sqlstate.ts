/** Errors of writes, probes and connections are recorded as `53300 too many connections`: the SQLSTATE first, if one came. */

/** The SQLSTATE of a recorded error; undefined where no server answered. Codes of system errors begin with E. */
export const sqlstateOf = (error: string): string | undefined => /^[0-9A-DF-Z][0-9A-Z]{4}(?= |$)/.exec(error)?.[0];

/** SQLSTATEs with which a server says that the statement did not happen. */
const certainlyNot = /^(40001|40P01|25006|53300|23...)$/;
/**
 * PgBouncer's words for a transaction that never got a server. All its errors have SQLSTATE 08P01. It cuts a long message, so
 * that the name of the setting at its end may be missing.
 */
const neverGotServer = /server_login_retry|server login has been failing|query_wait_timeout/;

/** Whether an answer with this code and these words says that a statement which was sent did not happen. */
export const saysNotDone = (sqlstate: string, words: string): boolean =>
  certainlyNot.test(sqlstate) || (sqlstate === '08P01' && neverGotServer.test(words));
