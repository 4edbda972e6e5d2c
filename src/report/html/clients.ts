/** How the herd comes back: how many clients are cut off at each moment, and for how long each was. */
import { max } from 'd3-array';
import { scaleLinear } from 'd3-scale';
import { area, curveStepAfter } from 'd3-shape';
import { outcomes } from '../../journal/event.ts';
import type { Ops } from '../../journal/run.ts';
import { html, type Markup } from '../../markup.ts';
import { quantile } from '../../measure/stats.ts';
import { byPlace, turnsOf } from '../../measure/writes/turns.ts';
import { columnOf } from '../downsample.ts';
import type { Frame } from '../frame.ts';
import { amount, grouped } from '../text.ts';
import { drawnFrom } from './evidence.ts';
import { path, viewWidth } from './figures/chart.ts';
import { timePanel } from './figures/time-axis.ts';
import type { View } from './view.ts';

const okCode = outcomes.indexOf('ok');
const okLocalCode = outcomes.indexOf('okLocal');
/** A write that takes longer than this counts as missing, as with the probes. */
const goodWithinUs = 1_000_000;
const height = 64;

/** A time in which one client had no write acknowledged within the second. `toUs` is undefined where it never came back. */
export interface CutOff {
  readonly worker: number;
  readonly fromUs: number;
  readonly toUs: number | undefined;
}

/**
 * From the due time of the first write that was not acknowledged in time until the next acknowledgement. Writes that
 * queued up meanwhile were due in the same time; they belong to it.
 */
export function cutOffs(ops: Ops): CutOff[] {
  const { n, worker, outcome, dueUs, doneUs } = ops;
  const { order, places, workers } = turnsOf(ops);
  const found: (CutOff & { readonly place: number })[] = [];
  const fromUs = new Float64Array(workers.length).fill(Number.NaN);
  const backUs = new Float64Array(workers.length).fill(Number.NEGATIVE_INFINITY);
  for (let i = 0; i < n; i++) {
    const row = order ? order[i]! : i;
    const place = places[worker[row]!]!;
    const acknowledged = outcome[row] === okCode || outcome[row] === okLocalCode;
    const inTime = acknowledged && doneUs[row]! - dueUs[row]! <= goodWithinUs;
    if (!inTime && dueUs[row]! >= backUs[place]! && Number.isNaN(fromUs[place]!)) fromUs[place] = dueUs[row]!;
    if (!acknowledged || Number.isNaN(fromUs[place]!)) continue;
    backUs[place] = doneUs[row]!;
    found.push({ place, worker: worker[row]!, fromUs: fromUs[place]!, toUs: doneUs[row]! });
    fromUs[place] = Number.NaN;
  }
  for (const [place, us] of fromUs.entries())
    if (!Number.isNaN(us)) found.push({ place, worker: workers[place]!, fromUs: us, toUs: undefined });
  return byPlace(found).map(({ place: _, ...cutOff }) => cutOff);
}

/** The greatest number of clients that were cut off at once, in each column. */
function cutOffPerColumn(found: readonly CutOff[], frame: Frame): Float64Array {
  const edges = found.flatMap(({ fromUs, toUs }) => [
    { atUs: fromUs, by: 1 },
    ...(toUs === undefined ? [] : [{ atUs: toUs, by: -1 }]),
  ]);
  edges.sort((a, b) => a.atUs - b.atUs || a.by - b.by);
  const most = new Float64Array(viewWidth);
  let now = 0;
  let reached = 0;
  for (const { atUs, by } of edges) {
    const column = columnOf(Math.min(Math.max(atUs, frame.fromUs), frame.toUs), frame.fromUs, frame.toUs, viewWidth);
    for (; reached < column; reached++) most[reached] = Math.max(most[reached]!, now);
    now += by;
    most[column] = Math.max(most[column]!, now);
  }
  for (; reached < viewWidth; reached++) most[reached] = Math.max(most[reached]!, now);
  return most;
}

/** The longest time that each client was cut off, µs; lower bounds for those that never came back. */
function longestEach(found: readonly CutOff[], frame: Frame, clients: number): { us: Float64Array; open: number } {
  const longest = new Map<number, number>();
  for (const { worker, fromUs, toUs } of found)
    longest.set(worker, Math.max(longest.get(worker) ?? 0, (toUs ?? frame.toUs) - fromUs));
  const us = new Float64Array(clients);
  us.set([...longest.values()]);
  return { us, open: found.filter(({ toUs }) => toUs === undefined).length };
}

function summary(found: readonly CutOff[], frame: Frame, clients: number): string {
  if (found.length === 0) return `None of ${grouped(clients)} clients was cut off.`;
  const { us, open } = longestEach(found, frame, clients);
  const at = (q: number) => amount(Math.round(quantile(us, q) / 1000), 'ms');
  const never = open > 0 ? ` ${grouped(open)} had not come back by the end, so these are lower bounds.` : '';
  return `Longest time cut off: median ${at(0.5)}, 95th percentile ${at(0.95)}, worst ${at(1)} of ${grouped(clients)} clients.${never}`;
}

/** Clients cut off over time, or nothing where nobody wrote. */
export function clients({ run, axis, frame }: View): Markup | undefined {
  if (run.ops.n === 0) return undefined;
  const found = cutOffs(run.ops);
  const count = turnsOf(run.ops).workers.length;
  const most = cutOffPerColumn(found, frame);
  const y = scaleLinear([0, Math.max(1, count, max(most) ?? 0)], [height, 6]);
  const shape = area<number>(
    (_, i) => i,
    y(0),
    (value) => y(value),
  )
    .curve(curveStepAfter)
    .digits(1);
  const said = summary(found, frame, count);
  return timePanel(
    axis,
    {
      id: 'clients',
      title: 'Clients cut off',
      description: said,
      height,
      marks: path('cut-off', max(most) ? shape(most) : null),
      yTicks: y
        .ticks(3)
        .filter(Number.isInteger)
        .map((value) => ({ at: y(value), label: grouped(value) })),
    },
    html`${said} A client is cut off from the due time of its first write that is not acknowledged within 1 s until its next acknowledgement; the metric <i>longest wait of a client</i> counts from its last acknowledgement, and is longer by up to one write’s distance. ${drawnFrom(run.ops.seq)}`,
  );
}
