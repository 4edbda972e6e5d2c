/** The common horizontal axis: seconds since the fault, with the fault shaded and its steps marked. */
import { scaleLinear } from 'd3-scale';
import type { Piece } from '../../../markup.ts';
import { html, type Markup } from '../../../markup.ts';
import type { Frame } from '../../frame.ts';
import { grouped } from '../../text.ts';
import { box, type Chart, figureOf, type Label, path, type Tick, viewWidth } from './chart.ts';

export interface TimeAxis {
  readonly frame: Frame;
  /** µs on the run's clock → units of `viewWidth`. */
  readonly x: (us: number) => number;
  readonly ticks: readonly Tick[];
}

/** `+12 s`, `−5 s`, `0`. */
const sinceZero = (second: number): string =>
  second === 0 ? '0 s' : `${second > 0 ? '+' : ''}${grouped(second, Number.isInteger(second) ? 0 : 1)} s`;

/** The axis of a run's frame. */
export function timeAxisOf(frame: Frame): TimeAxis {
  const toSecond = (us: number) => (us - frame.zeroUs) / 1e6;
  const scale = scaleLinear([toSecond(frame.fromUs), toSecond(frame.toUs)], [0, viewWidth]);
  const stops = scale.ticks(10);
  const zeroAt = Math.max(0, stops.indexOf(0));
  const ticks = stops.map((second, i) => ({
    at: scale(second),
    label: sinceZero(second),
    minor: (i - zeroAt) % 3 !== 0,
  }));
  return { frame, x: (us) => scale(toSecond(us)), ticks };
}

const clip = (x: number): number => Math.min(viewWidth, Math.max(0, x));

/** Shading of the faults and lines at their steps, to lie under the marks of a panel. */
function faultUnderlay({ frame, x }: TimeAxis, height: number): Markup {
  const shade = frame.faults.map((fault) => box(clip(x(fault.fromUs)), clip(x(fault.toUs)), 0, height)).join('');
  const lines = (step: string) =>
    frame.marks
      .filter((mark) => mark.step === step)
      .map((mark) => `M${Math.round(x(mark.atUs) * 10) / 10} 0V${height}`)
      .join('');
  return html`${path('fault-shade', shade)}${['injected', 'effective', 'heal', 'healed'].map((step) => path(`mark ${step}`, lines(step)))}`;
}

/** A panel on the common axis; the caller draws only what is its own. */
export function timePanel(
  axis: TimeAxis,
  chart: Omit<Chart, 'xTicks' | 'onTimeAxis'> & { readonly labels?: readonly Label[] },
  caption: Piece,
  legend?: Piece,
): Markup {
  const marks = html`${faultUnderlay(axis, chart.height)}${chart.marks}`;
  return figureOf({ ...chart, marks, xTicks: axis.ticks, onTimeAxis: true }, caption, legend);
}
