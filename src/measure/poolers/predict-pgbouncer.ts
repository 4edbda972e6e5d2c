/** What the pooler adds to a predicted outage, whatever manages the servers behind it. */
import type { Draft } from '../../journal/event.ts';

export type PredictedPhase = Draft<'prediction'>['phases'][number];
/** A setting's number, by `program.setting`. */
export type Read = (name: string) => number;

/** PgBouncer launches nothing after a failed login until `server_login_retry` has passed (pgbouncer.ini(5)). */
export const reconnect = (read: Read): PredictedPhase => {
  const seconds = read('pgbouncer.server_login_retry');
  return {
    phase: 'reconnect',
    lowMs: 0,
    highMs: seconds * 1_000,
    why: `after its last failed login PgBouncer waits server_login_retry = ${seconds} s`,
  };
};
