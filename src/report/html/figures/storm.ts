/** What the poolers did: clients that wait, server connections, and how fast new ones were made: storm, hold or calm. */
import { max } from 'd3-array';
import { scaleLinear } from 'd3-scale';
import { curveStepAfter, line } from 'd3-shape';
import type { EventOf } from '../../../journal/event.ts';
import type { Markup, Piece } from '../../../markup.ts';
import { whyCut } from '../../../measure/poolers/log-cuts.ts';
import { columnOf } from '../../downsample.ts';
import type { Frame } from '../../frame.ts';
import { grouped } from '../../text.ts';
import { drawnFrom } from '../evidence.ts';
import type { View } from '../view.ts';
import { type Label, lineKey, path, type Tick, viewWidth } from './chart.ts';
import { timePanel } from './time-axis.ts';

type PoolLine = EventOf<'pool'>;
const columns = 500;
const height = 32;
const labelHeight = 19;
const laneStep = height + labelHeight;
/** Poolers beyond this many share the colours of the first. */
const colors = 5;

interface Series {
  readonly name: string;
  /** The greatest value in each column; NaN where there was no sample yet. */
  readonly values: Float64Array;
}
interface Panel {
  readonly title: string;
  readonly series: readonly Series[];
}

/** The pools of one pooler added up at each sample, and the greatest sum in each column; held until the next sample. */
function sampled(lines: readonly PoolLine[], value: (line: PoolLine) => number, frame: Frame): Float64Array {
  const sums = new Map<number, number>();
  for (const one of lines) sums.set(one.tUs, (sums.get(one.tUs) ?? 0) + value(one));
  const values = new Float64Array(columns).fill(Number.NaN);
  for (const [tUs, sum] of sums) {
    const column = columnOf(tUs, frame.fromUs, frame.toUs, columns);
    if (column >= 0) values[column] = Number.isNaN(values[column]!) ? sum : Math.max(values[column]!, sum);
  }
  for (let i = 1; i < columns; i++) if (Number.isNaN(values[i]!)) values[i] = values[i - 1]!;
  return values;
}

/** Events in the second that begins with each column's begin: the peak rate over any one second is among them. */
function perSecond(logs: readonly EventOf<'poollog'>[], frame: Frame): Float64Array {
  const times = [...logs].sort((a, b) => a.atUs - b.atUs);
  const values = new Float64Array(columns);
  let from = 0;
  let until = 0;
  let sum = 0;
  for (; from < times.length; sum -= times[from]!.n, from++) {
    for (; until < times.length && times[until]!.atUs < times[from]!.atUs + 1e6; until++) sum += times[until]!.n;
    const column = columnOf(times[from]!.atUs, frame.fromUs, frame.toUs, columns);
    if (column >= 0) values[column] = Math.max(values[column]!, sum);
  }
  return values;
}

function panelsOf({ run, frame }: View): Panel[] {
  const poolers = [...Map.groupBy(run.pools, (one) => one.pooler)].sort(byName);
  const of = (value: (line: PoolLine) => number): Series[] =>
    poolers.map(([name, lines]) => ({ name, values: sampled(lines, value, frame) }));
  const connects = run.poolLogs.filter((one) => one.event === 'server-connect');
  const sources = [...Map.groupBy(connects, (one) => one.source)].sort(byName);
  const rates = sources.map(([name, logs]) => ({ name, values: perSecond(logs, frame) }));
  const isCut =
    whyCut(
      run,
      sources.map(([name]) => name),
    ) !== undefined;
  return [
    { title: 'clients waiting (cl_waiting)', series: of((one) => one.clWaiting) },
    { title: 'server connections in use (sv_active)', series: of((one) => one.svActive) },
    { title: 'server connections logging in (sv_login)', series: of((one) => one.svLogin) },
    { title: `new server connections per second${isCut ? ' that were logged' : ''}`, series: rates },
  ].filter((panel) => panel.series.length > 0);
}
const byName = ([a]: readonly [string, unknown], [b]: readonly [string, unknown]): number => (a < b ? -1 : 1);

interface Lane {
  readonly marks: Piece;
  readonly ticks: Tick[];
  readonly label: Label;
  readonly peaks: string;
}

/** One panel as a lane of the drawing, with its own scale. `colorOf` gives each pooler its colour in all lanes. */
function laneOf({ title, series }: Panel, lane: number, colorOf: (name: string) => number): Lane {
  const top = lane * laneStep + labelHeight;
  const most = Math.max(1, ...series.map(({ values }) => max(values) ?? 0));
  const y = scaleLinear([0, most], [top + height, top]);
  const shape = line<number>(
    (_, i) => (i / columns) * viewWidth,
    (value) => y(value),
  )
    .defined((value) => !Number.isNaN(value))
    .curve(curveStepAfter)
    .digits(1);
  const peaks = series.map(({ name, values }) => `${name} at most ${grouped(max(values) ?? 0)}`).join(', ');
  return {
    marks: series.map(({ name, values }) => path(`series series-${colorOf(name)}`, shape(values))),
    ticks: [0, most].map((value) => ({ at: y(value), label: grouped(value) })),
    label: { x: 0, y: top - 6, text: title, className: 'lane' },
    peaks: `${title}: ${peaks}.`,
  };
}

/** Whether there was a storm, and whether a hold, as the measures found. */
function judged({ verdict }: View): string {
  const notes = (['stormMs', 'holdMs'] as const).flatMap((name) => {
    const found = verdict.measured.find(({ metric }) => metric === name);
    return found?.value == null || !found.note ? [] : [`${found.note[0]!.toUpperCase()}${found.note.slice(1)}. `];
  });
  return notes.join('');
}

const seqOf = ({ seq }: { readonly seq: number }): number => seq;

/** The panel of the poolers, or nothing where no pooler was watched. */
export function storm(view: View): Markup | undefined {
  const panels = panelsOf(view);
  if (panels.length === 0) return undefined;
  const names = [...new Set(panels.flatMap((panel) => panel.series.map(({ name }) => name)))].sort();
  const colorOf = (name: string) => names.indexOf(name) % colors;
  const lanes = panels.map((panel, lane) => laneOf(panel, lane, colorOf));
  return timePanel(
    view.axis,
    {
      id: 'poolers',
      title: 'What the poolers did',
      description: lanes.map((lane) => lane.peaks).join(' '),
      height: panels.length * laneStep,
      marks: lanes.map((lane) => lane.marks),
      yTicks: lanes.flatMap((lane) => lane.ticks),
      labels: lanes.map((lane) => lane.label),
    },
    `${judged(view)}Counts are samples of SHOW POOLS, all pools of a pooler together; each column shows its greatest. New connections are from the poolers’ logs, which also see what falls between two samples. ${drawnFrom(view.run.pools.map(seqOf), view.run.poolLogs.map(seqOf))}`,
    names.map((name) => lineKey(`series series-${colorOf(name)}`, name)),
  );
}
