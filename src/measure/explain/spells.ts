/**
 * How long a pooler was silent between two attempts on the server: the mark that a timer leaves in its log. A hold after
 * a failed login is a silence of `server_login_retry`; an attempt that hangs, one of `server_connect_timeout`.
 */
import type { Run } from '../../journal/run.ts';
import { recoveries } from '../availability/recoveries.ts';
import { ms } from '../measured.ts';
import { gapsBetween } from '../poolers/log-cuts.ts';
import { connectedSince, type Pooler, poolersOf } from '../poolers/pools.ts';

export interface Silences {
  readonly pooler: string;
  /** The silence in which the server came back, ms: what the pooler was waiting for then. */
  readonly atReturnMs: number;
  /** The longest silence since the fault. */
  readonly longestMs: number;
  /** Its longest attempt that ended as one that timed out; undefined where none did. */
  readonly hangMs: number | undefined;
}

/** Attempts that belong together lie closer. */
const loginMs = 500;

/** Of each pooler that was down; none where the run does not show it. */
export function silences(run: Run): Silences[] {
  const found = recoveries(run);
  if (typeof found === 'string' || !found.harmed) return [];
  return found.poolers.flatMap(({ stream, atUs, last }) => {
    const pooler = poolersOf(run).find(({ name }) => name === stream);
    if (!last || !pooler) return [];
    const fromUs = found.fault.inject.lo;
    // Once it has a connection it waits for no attempt, however long its clients go on waiting: for a commit, in a queue.
    const untilUs = Math.min(atUs, connectedSince(pooler, fromUs, atUs) ?? atUs);
    const lines = pooler.attempts.filter((line) => line.atUs >= fromUs && line.atUs <= untilUs);
    const times = lines.map((line) => line.atUs);
    // Where lines were left out of the log, no silence is certain.
    const gaps = gapsBetween(fromUs, untilUs, times, pooler.cuts).map((gap) => ({
      ...gap,
      ms: ms(gap.untilUs - gap.fromUs),
    }));
    const atReturn = gaps.find((gap) => gap.fromUs <= found.direct.atUs && found.direct.atUs < gap.untilUs);
    const longestMs = Math.max(...gaps.map((gap) => gap.ms));
    // A pooler may be back before the direct stream shows that the server is: then it was the last before its own logins.
    const before = gaps.findLast((gap) => gap.ms > loginMs);
    return [{ pooler: stream, atReturnMs: (atReturn ?? before)?.ms ?? 0, longestMs, hangMs: hangOf(lines, fromUs) }];
  });
}

/** From the last sign of life before a `connect timeout` to that: the hanging attempt. */
function hangOf(lines: Pooler['attempts'], fromUs: number): number | undefined {
  const hangs = lines.flatMap(({ cause, atUs }, i) => {
    if (cause !== 'connect timeout') return [];
    const before = lines.slice(0, i).findLast((line) => line.atUs < atUs);
    return [ms(atUs - (before?.atUs ?? fromUs))];
  });
  return hangs.length > 0 ? Math.max(...hangs) : undefined;
}
