/** A strip of slots: good, slow or bad, shown by colour and by height; the worst slot of a column decides it. */
import type { Slots } from '../../../journal/run.ts';
import { html, type Markup } from '../../../markup.ts';
import { isGood } from '../../../measure/availability/episodes.ts';
import { type Span, spansOf, worstPerColumn } from '../../downsample.ts';
import type { Frame } from '../../frame.ts';
import { LatencyHistogram } from '../../latency-histogram.ts';
import { box, path, viewWidth } from './chart.ts';

const stateNames = ['good', 'slow', 'bad'] as const;
/** How high each state stands, so that the strip can be read without its colours. */
const heights = [0.4, 0.7, 1] as const;
const stripHeight = 13;

/** Slow is later than max(2 × the steady p99, 50 ms), as `degradedMs` has it. */
export function slowAboveUs(slots: Slots, frame: Frame): number {
  const steadyUntilUs = frame.hasFault ? frame.zeroUs : Number.POSITIVE_INFINITY;
  const steady = new LatencyHistogram();
  for (let i = 0; i < slots.n; i++)
    if (slots.dueUs[i]! < steadyUntilUs && isGood(slots, i)) steady.add(slots.doneUs[i]! - slots.dueUs[i]!);
  return Math.max(2 * steady.quantile(0.99) || 0, 50_000);
}

/** As many columns as there are units in the drawing, fewer where there are fewer slots, so that none is a gap. */
const columnsFor = ({ stream }: Slots, { fromUs, toUs }: Window): number =>
  Math.max(1, Math.min(viewWidth, Math.floor((toUs - fromUs) / stream.stepUs)));

export interface Window {
  readonly fromUs: number;
  readonly toUs: number;
}

/** The slots of a window as a strip that begins `top` px from above. */
export function strip(slots: Slots, window: Window, slowUs: number, top: number): Markup {
  const stateOf = (i: number): number => {
    if (!isGood(slots, i)) return 2;
    return slots.doneUs[i]! - slots.dueUs[i]! > slowUs ? 1 : 0;
  };
  const columns = columnsFor(slots, window);
  const spans = spansOf(worstPerColumn(slots.dueUs, stateOf, window, columns));
  const bottom = top + stripHeight;
  const x = (column: number) => (column * viewWidth) / columns;
  const boxOf = ({ from, until, state }: Span) =>
    box(x(from), x(until), bottom - stripHeight * heights[state]!, bottom);
  const boxesOf = (wanted: number) =>
    spans
      .filter(({ state }) => state === wanted)
      .map(boxOf)
      .join('');
  return html`${stateNames.map((name, state) => path(name, boxesOf(state)))}`;
}
