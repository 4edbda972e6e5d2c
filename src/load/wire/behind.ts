/**
 * What keeps sessions of a probe from piling up on a server. A client that gives up leaves its statement behind: PostgreSQL
 * notices that the client has gone only when the statement is over, and a commit that waits for a standby or for a disk may
 * never be. It holds the lock of the probe's row until then, so the next statement of that probe would wait as well, and be
 * given up in its turn: a session each time. After a statement that was not answered, the next one waits for the row for less
 * time than the probe waits for an answer, and ends; its session is free to ask again. On each server a probe then has one
 * session whose commit hangs and one that waits behind it. Nothing is cancelled: a cancelled commit would be done without its
 * standby.
 */
import type { LoadError } from '../writers/outcome.ts';

/** SQLSTATE `lock_not_available`: https://www.postgresql.org/docs/current/errcodes-appendix.html */
const lockNotAvailable = '55P03';
/** Of the time in which a slot must be answered. The rest is for the answer's way. */
const share = 0.8;

/** @param limitUs how long the probe waits for an answer */
export const waitingBriefly = (sql: string, limitUs: number): string =>
  `set local lock_timeout = ${Math.max(1, Math.floor((limitUs * share) / 1000))}; ${sql}`;

/** Whether a statement ended because an earlier one of the same probe still holds the row: the server has not answered yet. */
export const isBehind = (error: LoadError | undefined): boolean => error?.code === lockNotAvailable;
