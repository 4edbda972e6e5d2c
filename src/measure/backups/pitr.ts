/** What restores held, write by write, against what clients were acknowledged. */
import { sentUsOf } from '../../journal/columns/ops.ts';
import { type EventOf, outcomes } from '../../journal/event.ts';
import type { Run } from '../../journal/run.ts';
import { faultWindows } from '../availability/fault-windows.ts';
import { type Interval, interval } from '../interval.ts';
import { counted, exactly, measured, ms, sampled, unmeasurable } from '../measured.ts';
import type { MetricName } from '../metrics.ts';
import { once } from '../once.ts';
import type { Measured } from '../verdict.ts';
import { losingShareMax } from '../writes/durability.ts';
import { match } from '../writes/keys.ts';

const ok = outcomes.indexOf('ok');
const okLocal = outcomes.indexOf('okLocal');
const failed = outcomes.indexOf('failed');

/** A restore whose contents were read. Lists are rows of `run.ops`. */
export interface ComparedRestore {
  readonly restore: EventOf<'restore'>;
  readonly proof: EventOf<'proof'>;
  /** T, the moment restored to: the server's clock was read somewhere in here. For `latest`, the restore's beginning. */
  readonly target: Interval;
  /** Acknowledged before T: how many, and in the last second before it. */
  readonly due: number;
  readonly dueJustBefore: number;
  readonly missing: readonly number[];
  /** There, though sent after T or certainly failed; and rows that no client of this run wrote. */
  readonly extra: readonly number[];
  readonly foreign: number;
  /** Acknowledged, but neither surely before T nor surely after. */
  readonly ambiguous: number;
}

/** Every restore that has a proof; to a mark that the journal has, where it aimed at a time. */
export const comparedRestores = once((run: Run): readonly ComparedRestore[] =>
  run.restores.flatMap((restore) => {
    const proof = run.proofs.find((one) => one.restore === restore.name);
    const target = targetOf(run, restore);
    return proof && target ? [compare(run, restore, proof, target)] : [];
  }),
);

function targetOf(run: Run, { target, fromUs }: EventOf<'restore'>): Interval | undefined {
  if (target.kind === 'latest') return interval(fromUs, fromUs);
  const mark = run.marks.find(({ name }) => name === target.mark);
  return mark && interval(mark.beforeUs, mark.afterUs);
}

function compare(run: Run, restore: EventOf<'restore'>, proof: EventOf<'proof'>, target: Interval): ComparedRestore {
  const { ops } = run;
  const { has, foreign } = match(ops, proof);
  const missing: number[] = [];
  const extra: number[] = [];
  const counts = { due: 0, dueJustBefore: 0, ambiguous: 0 };
  for (let row = 0; row < ops.n; row++) {
    const outcome = ops.outcome[row]!;
    const acknowledged = outcome === ok || outcome === okLocal;
    const isDue = acknowledged && ops.doneUs[row]! < target.lo;
    const isLate = sentUsOf(ops, row) > target.hi;
    if (isDue) counts.due++;
    if (isDue && ops.doneUs[row]! > target.lo - 1_000_000) counts.dueJustBefore++;
    if (isDue && !has(row)) missing.push(row);
    if (has(row) && (isLate || outcome === failed)) extra.push(row);
    if (acknowledged && !isDue && !isLate) counts.ambiguous++;
  }
  return { restore, proof, target, missing, extra, foreign, ...counts };
}

/** `pitrMissing`, `pitrExtra`, `pitrAmbiguous`: over all restores to a moment. */
export function pointInTime(run: Run): Measured[] {
  const names: MetricName[] = ['pitrMissing', 'pitrExtra', 'pitrAmbiguous'];
  const asked = run.restores.filter(({ target }) => target.kind === 'time');
  if (asked.length === 0) return names.map((name) => unmeasurable(name, 'nothing was restored to a moment'));
  const seen = comparedRestores(run).filter(({ restore }) => asked.includes(restore));
  const unseen = asked.filter((restore) => !seen.some((one) => one.restore === restore));
  const count = (
    metric: MetricName,
    of: (one: ComparedRestore) => readonly number[],
    more: (one: ComparedRestore) => number,
  ) => {
    const value = seen.reduce((sum, one) => sum + of(one).length + more(one), 0);
    const rows = seen.flatMap((one) => of(one).map((row) => run.ops.seq[row]!));
    const evidence = [...sampled(rows), ...seen.flatMap(({ restore, proof }) => [restore.seq, proof.seq])];
    return { metric, value, evidence };
  };
  return [
    bounded(
      count(
        'pitrMissing',
        ({ missing }) => missing,
        () => 0,
      ),
      unseen,
      missingNote(seen),
    ),
    bounded(
      count(
        'pitrExtra',
        ({ extra }) => extra,
        ({ foreign }) => foreign,
      ),
      unseen,
      targetsNote(seen),
    ),
    bounded(
      count(
        'pitrAmbiguous',
        () => [],
        ({ ambiguous }) => ambiguous,
      ),
      unseen,
      'too near to the moment to say',
    ),
  ];
}

/** What a restore as far as the archive goes has lost: `restoreLostWrites`, `restoreLossMs`. */
export function restoreLoss(run: Run): Measured[] {
  const names: MetricName[] = ['restoreLostWrites', 'restoreLossMs'];
  const asked = run.restores.filter(({ target }) => target.kind === 'latest');
  if (asked.length === 0) return names.map((name) => unmeasurable(name, 'nothing was restored as far as it goes'));
  const seen = comparedRestores(run).filter(({ restore }) => asked.includes(restore));
  const unseen = asked.filter((restore) => !seen.some((one) => one.restore === restore));
  if (unseen[0]) return names.map((name) => unmeasurable(name, `${unseen[0]!.name} ${whyUnseen(unseen[0]!)}`));
  const worst = [...seen].sort((a, b) => b.missing.length - a.missing.length)[0]!;
  const evidence = [...sampled(worst.missing.map((row) => run.ops.seq[row]!)), worst.restore.seq, worst.proof.seq];
  const note = `of ${counted(worst.due, 'acknowledged write')}`;
  const lost = exactly('restoreLostWrites', worst.missing.length, evidence, note);
  if (worst.missing.length === 0) return [lost, exactly('restoreLossMs', 0, evidence, 'none lost')];
  const before = faultWindows(run).findLast(({ inject }) => inject.lo <= worst.restore.fromUs)?.inject ?? worst.target;
  const firstUs = Math.min(...worst.missing.map((row) => run.ops.doneUs[row]!));
  const value = Math.max(0, ms(before.lo - firstUs));
  const upper = Math.max(value, ms(before.hi - firstUs));
  return [
    lost,
    measured('restoreLossMs', { value, lower: value, upper, evidence, note: 'counted back from the last fault' }),
  ];
}

interface Count {
  readonly metric: MetricName;
  readonly value: number;
  readonly evidence: readonly number[];
}

/** A restore that could not be looked at leaves every count without an upper end, and a zero without a meaning. */
function bounded({ metric, value, evidence }: Count, unseen: readonly EventOf<'restore'>[], note: string): Measured {
  const [first] = unseen;
  if (!first) return exactly(metric, value, evidence, note);
  const why = `${first.name} ${whyUnseen(first)}`;
  return value === 0
    ? unmeasurable(metric, why)
    : measured(metric, { value, lower: value, upper: null, evidence, note: why });
}

/** The cause of a failure stands beside `failedRestores`. */
const whyUnseen = ({ outcome }: EventOf<'restore'>): string =>
  outcome === 'failed' ? 'failed' : 'was not looked at, or aimed at a moment that nobody marked';

function missingNote(seen: readonly ComparedRestore[]): string {
  const due = seen.reduce((sum, one) => sum + one.due, 0);
  const just = seen.reduce((sum, one) => sum + one.dueJustBefore, 0);
  const share = (100 * losingShareMax(seen.length)).toFixed(0);
  return (
    `of ${counted(due, 'write')} acknowledged before its moment, ${just.toLocaleString('en-US')} of them in the last second; ` +
    `${counted(seen.length, 'restore')} (a zero leaves open, at 95 %, that up to ${share} % of restores lack some)`
  );
}

const targetsNote = (seen: readonly ComparedRestore[]): string =>
  `the moments are known to ± ${Math.max(...seen.map(({ target }) => ms(target.hi - target.lo) / 2)).toFixed(1)} ms`;
