/** Slow but working is not down: how long requests were good, but slower or fewer than they should have been. */
import { outcomes } from '../../journal/event.ts';
import type { Run, Slots } from '../../journal/run.ts';
import { type Interval, overlap } from '../interval.ts';
import { inSeconds, measured, ms, unmeasurable } from '../measured.ts';
import { quantile } from '../stats.ts';
import type { Measured } from '../verdict.ts';
import { episodesOn, isGood } from './episodes.ts';
import { faultWindows } from './fault-windows.ts';
import { poolerStreams } from './outage.ts';

const okLocal = outcomes.indexOf('okLocal');
const windowUs = 1_000_000;
/** Below this no request counts as slow, however quick the steady state was. */
const slowAtLeastUs = 50_000;
const slowerBy = 2;
const goodputLeast = 0.95;

/**
 * `degradedMs`: the seconds outside of episodes in which the p99 of good probes exceeded max(2 × steady p99, 50 ms), or
 * in which fewer than 95 % of the load's writes were acknowledged, on the pooler that had most of them.
 */
export function degraded(run: Run): Measured {
  const metric = 'degradedMs';
  const streams = poolerStreams(run).filter(({ n }) => n > 0);
  if (streams.length === 0) return unmeasurable(metric, 'no probes of a pooler');
  const found = streams.map((slots) => degradedOn(run, slots));
  if (found.some((one) => one === undefined)) return unmeasurable(metric, 'no steady state to compare with');
  const worst = found.map((one) => one!).sort((a, b) => b.windows.length - a.windows.length)[0]!;
  const { windows } = worst;
  const stretches = windows.filter((window, i) => windows[i - 1]?.hi !== window.lo).length;
  return measured(metric, {
    value: ms(windows.length * windowUs),
    // Each stretch may begin and end anywhere within its first and last window.
    lower: ms(Math.max(0, windows.length - 2 * stretches) * windowUs),
    upper: ms(windows.length * windowUs),
    evidence: worst.evidence,
    note: windows.length > 0 ? `${worst.stream}; slow is above ${durationText(ms(worst.slowUs))}` : '',
  });
}

interface Stretch {
  readonly stream: string;
  readonly windows: readonly Interval[];
  readonly slowUs: number;
  readonly evidence: readonly number[];
}

function degradedOn(run: Run, slots: Slots): Stretch | undefined {
  const steady = steadyOf(run, slots);
  const tookUs = (i: number): number => slots.doneUs[i]! - slots.dueUs[i]!;
  const steadyTook: number[] = [];
  for (let i = 0; i < slots.n; i++) if (within(steady, slots.dueUs[i]!) && isGood(slots, i)) steadyTook.push(tookUs(i));
  if (steadyTook.length === 0) return undefined;
  const slowUs = Math.max(slowAtLeastUs, slowerBy * quantile(steadyTook, 0.99));
  const originUs = slots.dueUs[0]!;
  const short = shortWindows(run, originUs);
  const down = episodesOn(run, slots.stream.name).map(({ startUs, lastedUs }) => ({
    lo: startUs,
    hi: startUs + lastedUs,
  }));
  const windows: Interval[] = [];
  const evidence: number[] = [];
  for (let first = 0; first < slots.n; ) {
    const number = Math.floor((slots.dueUs[first]! - originUs) / windowUs);
    const window = { lo: originUs + number * windowUs, hi: originUs + (number + 1) * windowUs };
    let last = first;
    while (last + 1 < slots.n && slots.dueUs[last + 1]! < window.hi) last++;
    const took = Array.from({ length: last - first + 1 }, (_, i) => tookUs(first + i));
    const isDegraded = quantile(took, 0.99) > slowUs || short.has(number);
    if (isDegraded && !down.some((episode) => overlap(episode, window))) {
      windows.push(window);
      evidence.push(slots.seq[first]!);
    }
    first = last + 1;
  }
  return { stream: slots.stream.name, windows, slowUs, evidence };
}

/** Numbers of the windows in which too few of the load's writes that were due were acknowledged. */
function shortWindows({ ops }: Run, originUs: number): Set<number> {
  const due = new Map<number, { all: number; good: number }>();
  let [last, count] = [Number.NaN, { all: 0, good: 0 }];
  for (let row = 0; row < ops.n; row++) {
    const number = Math.floor((ops.dueUs[row]! - originUs) / windowUs);
    // Most writes were due in the window of the one before.
    if (number !== last) {
      count = due.get(number) ?? { all: 0, good: 0 };
      due.set(number, count);
      last = number;
    }
    count.all++;
    if (ops.outcome[row]! <= okLocal) count.good++;
  }
  return new Set([...due].filter(([, { all, good }]) => good < goodputLeast * all).map(([number]) => number));
}

/** From the `steady` phase to the next one or the first fault; without such a phase, all that was before the fault. */
function steadyOf(run: Run, { dueUs, n }: Slots): Interval {
  const index = run.phases.findIndex(({ phase }) => phase === 'steady');
  const faultUs = faultWindows(run)[0]?.inject.lo ?? Number.POSITIVE_INFINITY;
  const fromUs = run.phases[index]?.tUs ?? dueUs[0]!;
  const nextUs = index < 0 ? Number.POSITIVE_INFINITY : (run.phases[index + 1]?.tUs ?? Number.POSITIVE_INFINITY);
  return { lo: fromUs, hi: Math.min(faultUs, nextUs, dueUs[n - 1]!) };
}

const within = ({ lo, hi }: Interval, us: number): boolean => lo <= us && us < hi;

/** `1.7 s`, `50 ms`. */
const durationText = (value: number): string => (value >= 1_000 ? `${inSeconds(value)} s` : `${value.toFixed(0)} ms`);
