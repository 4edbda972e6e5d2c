/**
 * How long a pooler was silent between two attempts on the server: the mark that a timer leaves in its log. A hold after
 * a failed login is a silence of `server_login_retry`; an attempt that hangs, one of `server_connect_timeout`.
 */
import type { EventOf } from '../../journal/event.ts';
import type { Run } from '../../journal/run.ts';
import { ms } from '../measured.ts';
import { recoveries } from '../recoveries.ts';

export interface Silences {
  readonly pooler: string;
  /** The silence in which the server came back, ms: what the pooler was waiting for then. */
  readonly atReturnMs: number;
  /** The longest silence since the fault. */
  readonly longestMs: number;
  /** Its longest attempt that ended as one that timed out; undefined where none did. */
  readonly hangMs: number | undefined;
}

/** Of each pooler that was down; none where the run does not tell. */
export function silences(run: Run): Silences[] {
  const found = recoveries(run);
  if (typeof found === 'string' || !found.harmed) return [];
  return found.poolers.flatMap(({ stream, atUs, last }) => {
    if (!last) return [];
    const times = attemptsOf(run, stream)
      .map((line) => line.atUs)
      .filter((us) => us >= found.fault.inject.lo && us <= atUs);
    const edges = [found.fault.inject.lo, ...times, atUs];
    const gaps = edges.slice(1).map((edge, i) => ({ fromUs: edges[i]!, untilUs: edge, ms: ms(edge - edges[i]!) }));
    const atReturn = gaps.find(({ fromUs, untilUs }) => fromUs <= found.direct.atUs && found.direct.atUs < untilUs);
    const longestMs = Math.max(...gaps.map((gap) => gap.ms));
    return [{ pooler: stream, atReturnMs: atReturn?.ms ?? 0, longestMs, hangMs: hangOf(run, stream, edges[0]!, atUs) }];
  });
}

/** Lines of a pooler's log that tell of an attempt on the server: it was made, or it ended. In the order of time. */
const attemptsOf = ({ poolLogs }: Run, pooler: string): EventOf<'poollog'>[] =>
  poolLogs
    .filter(({ source, event }) => source === pooler && (event === 'server-connect' || event === 'server-close'))
    .sort((a, b) => a.atUs - b.atUs);

/** From the last sign of life before a `connect timeout` to that: the hanging attempt. */
function hangOf(run: Run, pooler: string, fromUs: number, untilUs: number): number | undefined {
  const lines = attemptsOf(run, pooler).filter(({ atUs }) => atUs >= fromUs && atUs <= untilUs);
  const hangs = lines.flatMap(({ event, text, atUs }, i) => {
    if (event !== 'server-close' || text !== 'connect timeout') return [];
    const before = lines.slice(0, i).findLast((line) => line.atUs < atUs);
    return [ms(atUs - (before?.atUs ?? fromUs))];
  });
  return hangs.length > 0 ? Math.max(...hangs) : undefined;
}
