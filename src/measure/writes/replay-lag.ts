/** How old what a standby had replayed was: acknowledged writes that a look found it had not replayed. */
import type { EventOf } from '../../journal/event.ts';
import { outcomes } from '../../journal/event.ts';
import type { Run } from '../../journal/run.ts';
import { measured, ms, unmeasurable } from '../measured.ts';
import type { Measured } from '../verdict.ts';

type Look = EventOf<'replica'> & { readonly replayedLsn: number };
const acknowledged = new Set([outcomes.indexOf('ok'), outcomes.indexOf('okLocal')]);

/**
 * `replayLagMs`: over all looks at standbys that stream, the largest age of an acknowledged write whose WAL the standby had
 * not replayed. At least its age when the look began, which the standby answered later; at most its age at the next look at
 * the same standby, until when it may have stayed behind.
 */
export function replayLag(run: Run): Measured {
  const metric = 'replayLagMs';
  const looks = run.replicas.filter(
    (look): look is Look => look.replayedLsn !== undefined && look.streaming && look.syncState !== 'primary',
  );
  if (looks.length === 0) return unmeasurable(metric, 'no look at a standby that says how far it had replayed');
  const byTimeline = new Map([...new Set(looks.map(({ timeline }) => timeline))].map((at) => [at, writesOn(run, at)]));
  const worst = { lower: 0, upper: 0, seq: looks[0]!.seq, instance: '' };
  for (const own of Map.groupBy(looks, ({ instance }) => instance).values())
    for (const [i, look] of own.entries()) {
      const beganUs = look.afterUs ?? look.tUs;
      const oldestUs = oldestBehind(byTimeline.get(look.timeline)!, look.replayedLsn);
      if (oldestUs > beganUs) continue;
      worst.upper = Math.max(worst.upper, (own[i + 1]?.tUs ?? look.tUs) - oldestUs);
      if (beganUs - oldestUs <= worst.lower) continue;
      Object.assign(worst, { lower: beganUs - oldestUs, seq: look.seq, instance: look.instance });
    }
  const { lower, upper, seq, instance } = worst;
  return measured(metric, {
    value: ms(lower),
    lower: ms(lower),
    upper: ms(Math.max(lower, upper)),
    evidence: lower > 0 ? [seq] : [],
    note: instance,
  });
}

/** Acknowledged writes of a timeline in the order of their WAL, each with the earliest acknowledgement from there on. */
interface Writes {
  readonly lsn: Float64Array;
  readonly earliestUs: Float64Array;
}

function writesOn({ ops }: Run, timeline: number): Writes {
  const rows: number[] = [];
  for (let row = 0; row < ops.n; row++)
    if (acknowledged.has(ops.outcome[row]!) && ops.timeline[row] === timeline && ops.lsn[row]! > 0) rows.push(row);
  rows.sort((a, b) => ops.lsn[a]! - ops.lsn[b]!);
  const earliestUs = Float64Array.from(rows, (row) => ops.doneUs[row]!);
  for (let i = rows.length - 2; i >= 0; i--) earliestUs[i] = Math.min(earliestUs[i]!, earliestUs[i + 1]!);
  return { lsn: Float64Array.from(rows, (row) => ops.lsn[row]!), earliestUs };
}

/** When the oldest write was acknowledged whose WAL lies at or behind this position; infinite where none does. */
function oldestBehind({ lsn, earliestUs }: Writes, replayedLsn: number): number {
  let [low, high] = [0, lsn.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (lsn[middle]! < replayedLsn) low = middle + 1;
    else high = middle;
  }
  return earliestUs[low] ?? Number.POSITIVE_INFINITY;
}
