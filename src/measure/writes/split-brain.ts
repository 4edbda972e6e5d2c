/** Two timelines at once: what the old primary acknowledged although a new one did so already, and how much WAL that cost. */
import { outcomes } from '../../journal/event.ts';
import type { Ops, Run } from '../../journal/run.ts';
import { exactly, measured, ms, unmeasurable } from '../measured.ts';
import type { Measured } from '../verdict.ts';
import { ledgerDetail } from './ledger.ts';

const ok = outcomes.indexOf('ok');

/** The first and last acknowledged writes of one timeline. */
interface Reign {
  readonly timeline: number;
  readonly firstSent: number;
  readonly firstDone: number;
  readonly lastSent: number;
  readonly lastDone: number;
  /** Rows of `lastDone` and `firstDone`. */
  readonly rows: readonly [last: number, first: number];
  readonly lastLsn: number;
}

/**
 * `splitBrainMs`: at least max sent(ok on timeline k) − min done(ok on a later one), at most max done(ok on k) − min
 * sent(ok on a later one), of the pair for which that is largest; 0 if the upper end is not positive.
 */
export function splitBrain(run: Run): Measured {
  const metric = 'splitBrainMs';
  const reigns = reignsOf(run.ops);
  if (reigns.length === 0) return unmeasurable(metric, 'no acknowledged write says on which timeline it was made');
  const pairs = reigns.flatMap((old) =>
    reigns.filter(({ timeline }) => timeline > old.timeline).map((later) => ({ old, later })),
  );
  const overlaps = pairs.map(({ old, later }) => ({
    lower: Math.max(0, old.lastSent - later.firstDone),
    upper: Math.max(0, old.lastDone - later.firstSent),
    note: `timelines ${old.timeline} and ${later.timeline}`,
    evidence: [old.rows[0], later.rows[1]].map((row) => run.ops.seq[row]!),
  }));
  const worst = overlaps.sort((a, b) => b.upper - a.upper)[0];
  if (!worst || worst.upper === 0)
    return exactly(metric, 0, worst?.evidence, reigns.length === 1 ? 'one timeline only' : '');
  const { lower, upper, evidence, note } = worst;
  return measured(metric, { value: ms(lower), lower: ms(lower), upper: ms(upper), evidence, note });
}

/** `lostBytes` = max(0, last acknowledged LSN of a timeline − where the next one forked off), of the worst fork. */
export function lostBytes(run: Run): Measured {
  const metric = 'lostBytes';
  const detail = ledgerDetail(run);
  if (!detail) return unmeasurable(metric, 'the ledger of the primary was not read');
  const reigns = reignsOf(run.ops).filter(({ lastLsn }) => lastLsn > 0);
  if (reigns.length === 0) return unmeasurable(metric, 'no acknowledged write says how far the WAL was');
  const beyond = reigns.flatMap((reign) => {
    const fork = detail.line.forks
      .filter(({ timeline }) => timeline > reign.timeline)
      .sort((a, b) => a.timeline - b.timeline)[0];
    return fork ? [{ bytes: Math.max(0, reign.lastLsn - fork.lsn), row: reign.rows[0] }] : [];
  });
  const worst = beyond.sort((a, b) => b.bytes - a.bytes)[0];
  if (!worst) return exactly(metric, 0, [detail.line.seq], 'no failover happened');
  return exactly(metric, worst.bytes, [run.ops.seq[worst.row]!, detail.line.seq]);
}

function reignsOf(ops: Ops): Reign[] {
  const reigns = new Map<number, Mutable<Reign>>();
  for (let row = 0; row < ops.n; row++) {
    const timeline = ops.timeline[row]!;
    if (ops.outcome[row] !== ok || timeline <= 0) continue;
    const doneUs = ops.doneUs[row]!;
    const sentUs = Number.isNaN(ops.sentUs[row]!) ? ops.dueUs[row]! : ops.sentUs[row]!;
    const reign = reigns.get(timeline);
    if (!reign) {
      const first = { firstSent: sentUs, firstDone: doneUs, lastSent: sentUs, lastDone: doneUs };
      reigns.set(timeline, { timeline, ...first, rows: [row, row], lastLsn: ops.lsn[row]! });
      continue;
    }
    if (doneUs > reign.lastDone) reign.rows = [row, reign.rows[1]];
    if (doneUs < reign.firstDone) reign.rows = [reign.rows[0], row];
    reign.firstSent = Math.min(reign.firstSent, sentUs);
    reign.firstDone = Math.min(reign.firstDone, doneUs);
    reign.lastSent = Math.max(reign.lastSent, sentUs);
    reign.lastDone = Math.max(reign.lastDone, doneUs);
    reign.lastLsn = Math.max(reign.lastLsn, ops.lsn[row]!);
  }
  return [...reigns.values()].sort((a, b) => a.timeline - b.timeline);
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] };
