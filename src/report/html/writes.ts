/** Writes per second: offered, good, and failed by class of error. Extremes stay: a band shows the least and greatest. */
import { max } from 'd3-array';
import { scaleLinear } from 'd3-scale';
import { area, curveStepAfter, line } from 'd3-shape';
import { outcomes } from '../../journal/event.ts';
import type { Ops } from '../../journal/run.ts';
import { html, type Markup } from '../../markup.ts';
import { type Band, bandOf, columnOf } from '../downsample.ts';
import type { Frame } from '../frame.ts';
import { grouped } from '../text.ts';
import { classesShown, type ErrorClass, errorClasses, errorTable } from './errors.ts';
import { drawnFrom } from './evidence.ts';
import { type Chart, key, lineKey, path, viewWidth } from './figures/chart.ts';
import { timePanel } from './figures/time-axis.ts';
import type { View } from './view.ts';

const okCode = outcomes.indexOf('ok');
const okLocalCode = outcomes.indexOf('okLocal');
const columns = 300;
const height = 100;

/** The frame in equal bins of about half a second, longer ones where a run is so long that there would be too many. */
const binsIn = (frame: Frame): number => Math.min(30_000, Math.max(1, Math.round((frame.toUs - frame.fromUs) / 0.5e6)));

/** The panel's series, each in at most `columns` columns. */
function seriesOf(ops: Ops, classes: readonly ErrorClass[], frame: Frame) {
  const { fromUs, toUs } = frame;
  const rank = new Map(classes.map((one, i) => [one.code, Math.min(i, classesShown)]));
  const bins = binsIn(frame);
  const [offered, good] = [new Float64Array(bins), new Float64Array(bins)];
  const failed = classes.slice(0, classesShown + 1).map(() => new Float64Array(bins));
  for (let i = 0; i < ops.n; i++) {
    const due = columnOf(ops.dueUs[i]!, fromUs, toUs, bins);
    if (due >= 0) offered[due]!++;
    const done = columnOf(ops.doneUs[i]!, fromUs, toUs, bins);
    if (done < 0) continue;
    if (ops.outcome[i] === okCode || ops.outcome[i] === okLocalCode) good[done]!++;
    else failed[rank.get(ops.error[i]!)!]![done]!++;
  }
  const binSeconds = (toUs - fromUs) / 1e6 / bins;
  const perSecond = (counts: Float64Array) =>
    bandOf(
      counts.map((n) => n / binSeconds),
      columns,
    );
  return { offered: perSecond(offered), good: perSecond(good), failed: failed.map(perSecond) };
}
type Series = ReturnType<typeof seriesOf>;

/** Failed writes, one class on top of the other: for each the lower and the upper edge. */
function stacked(failed: readonly Band[]): { low: Float64Array; high: Float64Array }[] {
  let low = new Float64Array(failed[0]?.mean.length ?? 0);
  return failed.map((band) => {
    const layer = { low, high: band.mean.map((value, i) => value + low[i]!) };
    low = layer.high;
    return layer;
  });
}

function drawing({ offered, good, failed }: Series): Pick<Chart, 'height' | 'marks' | 'yTicks'> {
  const layers = stacked(failed);
  const top = Math.max(1, max(offered.max) ?? 0, max(good.max) ?? 0, max(layers.at(-1)?.high ?? []) ?? 0);
  const y = scaleLinear([0, top], [height, 6]).nice();
  const x = (_: number, i: number) => (i / offered.mean.length) * viewWidth;
  const lineOf = line<number>(x, (value) => y(value))
    .curve(curveStepAfter)
    .digits(1);
  const areaOf = (low: Float64Array, high: Float64Array) =>
    area<number>(
      x,
      (_, i) => y(low[i]!),
      (_, i) => y(high[i]!),
    )
      .curve(curveStepAfter)
      .digits(1)(low);
  const bases = new Float64Array(good.mean.length);
  const failures = layers.map(({ low, high }, i) =>
    path(i < classesShown ? `class-${i}` : 'class-other', areaOf(low, high)),
  );
  const marks = html`${path('good-area', areaOf(bases, good.mean))}${failures}${path('good-band', areaOf(good.min, good.max))}${path('good-line', lineOf(good.mean))}${path('offered-line', lineOf(offered.mean))}`;
  return { height, marks, yTicks: y.ticks(4).map((value) => ({ at: y(value), label: grouped(value) })) };
}

/** Writes per second and the table of errors, or nothing where nothing was written. */
export function writes({ run, axis, frame, citations }: View): Markup | undefined {
  const { ops } = run;
  if (ops.n === 0) return undefined;
  const classes = errorClasses(ops);
  const total = classes.reduce((sum, one) => sum + one.n, 0);
  const binSeconds = (frame.toUs - frame.fromUs) / 1e6 / binsIn(frame);
  const description = `${grouped(ops.n)} writes were offered, ${grouped(ops.n - total)} acknowledged and ${grouped(total)} not.`;
  const panel = timePanel(
    axis,
    { id: 'writes', title: 'Writes per second', description, ...drawing(seriesOf(ops, classes, frame)) },
    html`Offered writes count when they were due, the others when their outcome was known, in bins of ${grouped(binSeconds, 1)} s. Where a column holds several bins, the line is their mean and the band their least and greatest. ${drawnFrom(ops.seq)}`,
    html`${lineKey('offered-line', 'offered')}${key('good-area', 'acknowledged')}${key('class-0', 'failed, by class as in the table below')}`,
  );
  return html`${panel}${errorTable(classes, citations)}`;
}
