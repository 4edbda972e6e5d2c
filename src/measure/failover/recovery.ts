/** How long the cluster was not whole. */
import { contractOf } from '../../faults/index.ts';
import type { EventOf } from '../../journal/event.ts';
import type { Run } from '../../journal/run.ts';
import { type FaultWindow, faultWindows } from '../availability/fault-windows.ts';
import { inSeconds, measured, ms, unmeasurable } from '../measured.ts';
import type { Measured } from '../verdict.ts';

/**
 * `recoveryMs` = t_F of the first fault → every instance streams on the last timeline, as the primary and the standby
 * itself see it, and does so to the end of the run; and, where WAL is archived, the history file of that timeline is in
 * the archive: without it no restore finds its way across. Sharp to the distance between two looks.
 */
export function recovery(run: Run): Measured {
  const metric = 'recoveryMs';
  const fault = faultWindows(run)[0];
  if (!fault) return unmeasurable(metric, 'no fault was injected');
  const looks = run.replicas.filter(({ tUs }) => tUs >= fault.inject.lo);
  if (looks.length === 0) return unmeasurable(metric, 'nobody looked at the standbys after the fault');
  const timeline = Math.max(...looks.map((look) => look.timeline));
  const names = run.stack?.instances.map(({ name }) => name) ?? [...new Set(looks.map(({ instance }) => instance))];
  const each = names.map((name) =>
    wholeAgain(
      looks.filter(({ instance }) => instance === name),
      timeline,
      fault.inject.lo,
    ),
  );
  const unseen = names.filter((_, i) => each[i] === 'unseen');
  if (unseen.length > 0) return unmeasurable(metric, `nobody looked at ${unseen.join(', ')} after the fault`);
  const found = [...each.filter((one) => one !== 'unseen'), ...historyArchived(run, timeline, fault.inject.lo)];
  const down = found.filter(({ atUs }) => atUs === null).map(({ lacking }) => lacking);
  if (down.length > 0) {
    const seenUs = ms(looks.at(-1)!.tUs - fault.inject.hi);
    return measured(metric, {
      ...{ value: seenUs, lower: seenUs, upper: null },
      evidence: found.flatMap(({ seq }) => seq),
      note: `a lower bound: ${down.join(', ')} at the end of the run`,
    });
  }
  const last = found.sort((a, b) => b.atUs! - a.atUs!)[0]!;
  return measured(metric, {
    value: ms(last.atUs! - fault.inject.lo),
    lower: Math.max(0, ms(Math.max(...found.map(({ notYetUs }) => notYetUs)) - fault.inject.hi)),
    upper: ms(last.atUs! - fault.inject.lo),
    evidence: last.seq,
    note: [`the last was ${last.instance}`, waitedFor(run, fault, last.atUs!)].filter(Boolean).join('; '),
  });
}

/** A crashed instance cannot come back before the drill starts it again: that time is the drill's own. */
function waitedFor(run: Run, first: FaultWindow, backUs: number): string {
  // One that comes back was in force, on and off, until its last end.
  const heals = faultWindows(run)
    .filter(({ fault, target, heal }) => fault === first.fault && target === first.target && heal && heal.lo < backUs)
    .map(({ heal }) => heal!.lo);
  if (heals.length === 0 || !(contractOf(first.fault)?.healingEndsOutage ?? true)) return '';
  return `${inSeconds(ms(Math.max(...heals) - first.inject.hi))} s of it before the fault had ended`;
}

function historyArchived({ archives }: Run, timeline: number, faultUs: number): WholeAgain[] {
  const looks = archives.filter((look) => look.tUs >= faultUs && look.timeline === timeline);
  if (archives.length === 0 || timeline === archives[0]!.timeline) return [];
  const first = looks.find((look) => look.historyArchived);
  const before = looks.findLast((look) => !look.historyArchived);
  const seq = [before, first].flatMap((look) => (look ? [look.seq] : []));
  const lacking = `the history file of timeline ${timeline} was not archived`;
  return [{ instance: 'the archive', lacking, atUs: first?.tUs ?? null, notYetUs: before?.tUs ?? faultUs, seq }];
}

interface WholeAgain {
  readonly instance: string;
  /** What is wrong with it where it is not whole. */
  readonly lacking: string;
  /** The first look of the last stretch in which it streamed; null: it did not at the end. */
  readonly atUs: number | null;
  /** The last look that found it not streaming, or the fault. */
  readonly notYetUs: number;
  readonly seq: readonly number[];
}

function wholeAgain(looks: readonly EventOf<'replica'>[], timeline: number, faultUs: number): WholeAgain | 'unseen' {
  const instance = looks[0]?.instance;
  if (instance === undefined) return 'unseen';
  const last = looks.findLastIndex((look) => !look.streaming || look.timeline !== timeline);
  const first = looks[last + 1];
  return {
    instance,
    lacking: `${instance} did not stream`,
    // One that streamed at every look was whole all the time.
    atUs: last < 0 ? faultUs : (first?.tUs ?? null),
    notYetUs: looks[last]?.tUs ?? faultUs,
    seq: [looks[last], first].flatMap((look) => (look ? [look.seq] : [])),
  };
}
