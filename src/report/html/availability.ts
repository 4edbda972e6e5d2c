/** The availability strips: every slot of every stream, good, slow or bad; the worst slot of a column decides it. */
import { slotOutcomes } from '../../journal/event.ts';
import type { Slots } from '../../journal/run.ts';
import { quantile } from '../../measure/stats.ts';
import type { Episode } from '../../measure/verdict.ts';
import { type Span, spansOf, worstPerColumn } from '../downsample.ts';
import type { Frame } from '../frame.ts';
import { html, type Markup } from '../markup.ts';
import { amount, grouped } from '../text.ts';
import { box, key, type Label, path, viewWidth } from './chart.ts';
import { timePanel } from './time-axis.ts';
import type { View } from './view.ts';

const okCode = slotOutcomes.indexOf('ok');
const stateNames = ['good', 'slow', 'bad'] as const;
const laneHeight = 40;
const stripTop = 18;
const stripHeight = 16;
/** How high each state stands, so that the strip can be read without its colours. */
const heights = [0.4, 0.7, 1] as const;

/** Slow is later than max(2 × the steady p99, 50 ms), as `degradedMs` has it. */
function slowAboveUs(slots: Slots, steadyUntilUs: number): number {
  const isSteady = (i: number) => slots.dueUs[i]! < steadyUntilUs && slots.outcome[i] === okCode;
  const tookUs = slots.doneUs.map((done, i) => done - slots.dueUs[i]!).filter((_, i) => isSteady(i));
  return Math.max(2 * quantile(tookUs, 0.99) || 0, 50_000);
}

/** 0 good, 1 slow, 2 bad, for slot i. */
export function stateOf(slots: Slots, slowUs: number): (i: number) => number {
  return (i) => {
    const took = slots.doneUs[i]! - slots.dueUs[i]!;
    if (slots.outcome[i] !== okCode || !(took <= slots.stream.limitUs)) return 2;
    return took > slowUs ? 1 : 0;
  };
}

/** As many columns as there are units in the drawing, fewer where a stream has fewer slots, so that none is a gap. */
const columnsFor = ({ stream }: Slots, { fromUs, toUs }: Frame): number =>
  Math.max(1, Math.min(viewWidth, Math.floor((toUs - fromUs) / stream.stepUs)));

function strip(slots: Slots, frame: Frame, lane: number): Markup {
  const slowUs = slowAboveUs(slots, frame.hasFault ? frame.zeroUs : Number.POSITIVE_INFINITY);
  const columns = columnsFor(slots, frame);
  const spans = spansOf(worstPerColumn(slots.dueUs, stateOf(slots, slowUs), frame, columns));
  const bottom = lane * laneHeight + stripTop + stripHeight;
  const x = (column: number) => (column * viewWidth) / columns;
  const boxOf = ({ from, until, state }: Span) =>
    box(x(from), x(until), bottom - stripHeight * heights[state]!, bottom);
  return html`${stateNames.map((name, wanted) =>
    path(
      name,
      spans
        .filter(({ state }) => state === wanted)
        .map(boxOf)
        .join(''),
    ),
  )}`;
}

const pathWords = {
  pooler: 'writes through this pooler',
  direct: 'writes straight to the primary',
  readonly: 'reads from a replica',
};

function laneLabels(slots: Slots, lane: number, episodes: readonly Episode[]): Label[] {
  const { name, path: way, fresh, stepUs } = slots.stream;
  const y = lane * laneHeight + stripTop - 5;
  const downs = episodes.filter((episode) => episode.stream === name);
  const lasted = downs.map(({ startUs, endUs }) =>
    endUs === null ? 'never back' : amount((endUs - startUs) / 1000, 'ms'),
  );
  const what = `${pathWords[way]}${fresh ? ' on a new connection' : ''} every ${amount(stepUs / 1000, 'ms')}`;
  return [
    { x: 0, y, text: name, detail: what, className: 'lane' },
    {
      x: viewWidth,
      y,
      text: lasted.length ? `down ${lasted.join(', ')}` : 'never down',
      anchor: 'end',
      className: 'lane',
    },
  ];
}

function describe(all: readonly Slots[], episodes: readonly Episode[]): string {
  if (episodes.length === 0) return `No stream of ${all.length} was down.`;
  return episodes
    .map(({ stream, startUs, endUs }) =>
      endUs === null
        ? `${stream} went down ${grouped(startUs / 1e6, 2)} s into the run and did not come back.`
        : `${stream} was down for ${amount((endUs - startUs) / 1000, 'ms')} from ${grouped(startUs / 1e6, 2)} s into the run.`,
    )
    .join(' ');
}

/** One strip a stream, or nothing where no stream ran. */
export function availability({ run, verdict, frame, axis }: View): Markup | undefined {
  const all = [...run.slots.values()].filter((slots) => slots.n > 0);
  if (all.length === 0) return undefined;
  const limits = [...new Set(all.map((slots) => amount(slots.stream.limitUs / 1000, 'ms')))].join(' or ');
  return timePanel(
    axis,
    {
      id: 'availability',
      title: 'Availability of each stream',
      description: describe(all, verdict.episodes),
      height: all.length * laneHeight,
      marks: all.map((slots, lane) => strip(slots, frame, lane)),
      labels: all.flatMap((slots, lane) => laneLabels(slots, lane, verdict.episodes)),
    },
    `A slot is bad if it has no good answer within ${limits} of its intended start, and slow if it took longer than twice the steady p99 and than 50 ms. Each column of the picture shows its worst slot, so that a single bad one stays visible.`,
    html`${key('good', 'good')}${key('slow', 'slow')}${key('bad', 'bad')}${key('fault-shade', 'fault in force')}`,
  );
}
