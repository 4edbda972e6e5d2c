/** Latency of the writes over time: each outcome in its colour, no extreme left out, with the quantiles as lines. */
import { scaleLog } from 'd3-scale';
import { line } from 'd3-shape';
import { type Outcome, outcomes } from '../../../journal/event.ts';
import type { Ops } from '../../../journal/run.ts';
import { html, type Markup } from '../../../markup.ts';
import { columnOf } from '../../downsample.ts';
import type { Frame } from '../../frame.ts';
import { LatencyHistogram } from '../../latency-histogram.ts';
import { amount, grouped } from '../../text.ts';
import { drawnFrom } from '../evidence.ts';
import type { View } from '../view.ts';
import { coordinate, key, lineKey, path, type Tick, viewWidth } from './chart.ts';
import { timePanel } from './time-axis.ts';

const columns = 500;
const rows = 60;
const height = 110;
const quantileColumns = 100;
const okCode = outcomes.indexOf('ok');

/** A grid of cells for each outcome, with 1 where there was such a write. */
type Grid = readonly Uint8Array[];

const tookUs = (ops: Ops, i: number): number => ops.doneUs[i]! - ops.dueUs[i]!;

/** The range of latencies that occurred, widened to whole decades, µs. */
function rangeOf(ops: Ops): [number, number] {
  let least = Number.POSITIVE_INFINITY;
  let greatest = 100;
  for (let i = 0; i < ops.n; i++) {
    const took = tookUs(ops, i);
    if (took > greatest) greatest = took;
    if (took > 0 && took < least) least = took;
  }
  const low = 10 ** Math.floor(Math.log10(Math.min(Math.max(least, 10), greatest)));
  return [low, 10 ** Math.ceil(Math.log10(Math.max(low * 10, greatest)))];
}

function gridOf(ops: Ops, frame: Frame, [low, high]: readonly [number, number]): Grid {
  const grid = outcomes.map(() => new Uint8Array(columns * rows));
  const perRow = Math.log(high / low) / rows;
  for (let i = 0; i < ops.n; i++) {
    const column = columnOf(ops.dueUs[i]!, frame.fromUs, frame.toUs, columns);
    if (column < 0) continue;
    const row = Math.floor(Math.log(Math.max(tookUs(ops, i), low) / low) / perRow);
    grid[ops.outcome[i]!]![column * rows + Math.min(rows - 1, row)] = 1;
  }
  return grid;
}

/** Cells as upright strokes: neighbours in a column are one stroke, so that the file stays small. */
function strokes(cells: Uint8Array): string {
  let data = '';
  const y = (row: number) => coordinate(height - ((row + 0.5) * height) / rows);
  for (let column = 0; column < columns; column++) {
    for (let row = 0; row < rows; row++) {
      if (cells[column * rows + row] === 0) continue;
      const first = row;
      while (row + 1 < rows && cells[column * rows + row + 1] === 1) row++;
      data += `M${(column * viewWidth) / columns + 1} ${y(first)}${row > first ? `V${y(row)}` : 'h0'}`;
    }
  }
  return data;
}

function quantilesOver(ops: Ops, frame: Frame, qs: readonly number[]): Float64Array[] {
  const histograms = Array.from({ length: quantileColumns }, () => new LatencyHistogram());
  for (let i = 0; i < ops.n; i++) {
    const column = columnOf(ops.dueUs[i]!, frame.fromUs, frame.toUs, quantileColumns);
    if (column >= 0 && ops.outcome[i] === okCode) histograms[column]!.add(tookUs(ops, i));
  }
  return qs.map((q) => Float64Array.from(histograms, (histogram) => histogram.quantile(q)));
}

const classes: Readonly<Record<Outcome, string>> = {
  ok: 'dot-ok',
  okLocal: 'dot-local',
  failed: 'dot-failed',
  unknown: 'dot-unknown',
};

/** The scatter, or nothing where nobody wrote. */
export function latency({ run, axis, frame }: View): Markup | undefined {
  const { ops } = run;
  if (ops.n === 0) return undefined;
  const range = rangeOf(ops);
  const y = scaleLog(range, [height, 0]);
  const grid = gridOf(ops, frame, range);
  const shape = line<number>(
    (_, i) => ((i + 0.5) * viewWidth) / quantileColumns,
    (us) => y(Math.max(us, range[0])),
  )
    .defined((us) => !Number.isNaN(us))
    .digits(1);
  const [p50, p99] = quantilesOver(ops, frame, [0.5, 0.99]);
  const seen = outcomes.filter((_, code) => grid[code]!.includes(1));
  const yTicks: Tick[] = Array.from({ length: 9 }, (_, i) => 10 ** (i + 1))
    .filter((us) => us >= range[0] && us <= range[1])
    .map((us) => ({ at: y(us), label: amount(us / 1000, 'ms') }));
  const marks = html`${['ok', 'okLocal', 'failed', 'unknown'].map((outcome) => path(classes[outcome as Outcome], strokes(grid[outcomes.indexOf(outcome as Outcome)]!)))}${path('quantile p99', shape(p99!))}${path('quantile p50', shape(p50!))}`;
  return timePanel(
    axis,
    {
      id: 'latency',
      title: 'Response time of each write',
      description: `${grouped(ops.n)} writes on a logarithmic scale from ${amount(range[0] / 1000, 'ms')} to ${amount(range[1] / 1000, 'ms')}, by when they were due and by outcome: ${seen.join(', ')}.`,
      height,
      marks,
      yTicks,
    },
    html`From when a write was due until its outcome was known, so that waiting behind a stalled one counts. Writes that fall on the same spot are one spot; none is left out. ${drawnFrom(ops.seq)}`,
    html`${seen.map((outcome) => key(`${classes[outcome]}-key`, outcomeWords[outcome]))}${lineKey('quantile p50', 'median of the acknowledged')}${lineKey('quantile p99', '99th percentile')}`,
  );
}
const outcomeWords: Readonly<Record<Outcome, string>> = {
  ok: 'acknowledged',
  okLocal: 'acknowledged locally',
  failed: 'failed',
  unknown: 'unknown',
};
