/**
 * The one way that a report draws: marks in an inner SVG that stretches with the page, words in the outer SVG that do
 * not. So one drawing serves phone, laptop and paper, its text keeps its size, and no script is needed.
 */
import { html, type Markup, type Piece, raw } from '../../../markup.ts';

/** Width of the inner drawing in its own units, whatever the width on the page. */
export const viewWidth = 1000;

/** Room below the marks for the labels of the horizontal axis, px. */
const axisHeight = 20;

export interface Tick {
  /** Horizontal: in units of `viewWidth`. Vertical: px from the top. */
  readonly at: number;
  readonly label: string;
  /** Left out on a narrow screen. */
  readonly minor?: boolean;
}

export interface Label {
  /** In units of `viewWidth`. */
  readonly x: number;
  /** Base line, px from the top. */
  readonly y: number;
  readonly text: string;
  /** Words after it that matter less. */
  readonly detail?: string;
  readonly anchor?: 'start' | 'middle' | 'end';
  readonly className?: string;
}

export interface Chart {
  readonly id: string;
  /** What is drawn, for who cannot see it and as a name of the picture. */
  readonly title: string;
  /** What there is to see in it, in a sentence or two. */
  readonly description: string;
  /** Height of the marks, px. */
  readonly height: number;
  readonly xTicks: readonly Tick[];
  readonly yTicks?: readonly Tick[];
  /** Marks, drawn in units of `viewWidth` × px. */
  readonly marks: Piece;
  readonly labels?: readonly Label[];
  /** Marks that keep their shape, placed with `percent`. */
  readonly shapes?: Piece;
  /** Whether the horizontal axis is the common time axis, for the page's cursor. */
  readonly onTimeAxis?: boolean;
}

/** A coordinate with no more digits than a screen can show. */
export const coordinate = (value: number): string => String(Math.round(value * 10) / 10);

/** Units of `viewWidth` as a percentage of the page's width. */
export const percent = (x: number): string => `${coordinate((x / viewWidth) * 100)}%`;

/** Path data of filled boxes from `from` to `to`, `top` to `bottom`. */
export const box = (from: number, to: number, top: number, bottom: number): string =>
  `M${coordinate(from)} ${coordinate(top)}H${coordinate(to)}V${coordinate(bottom)}H${coordinate(from)}z`;

/** A path of our own making, or nothing where there is nothing to draw. */
export const path = (className: string, data: string | null): Markup | undefined =>
  data ? html`<path class="${className}" d="${raw(data)}"/>` : undefined;

const label = ({ x, y, text, detail, anchor = 'start', className = '' }: Label): Markup =>
  html`<text x="${percent(x)}" y="${coordinate(y)}" class="${anchor} ${className}">${text}${detail && html`<tspan class="detail"> ${detail}</tspan>`}</text>`;

function gridLines(chart: Chart): Markup {
  const upright = chart.xTicks.map((tick) => `M${coordinate(tick.at)} 0V${chart.height}`).join('');
  const level = (chart.yTicks ?? []).map((tick) => `M0 ${coordinate(tick.at)}H${viewWidth}`).join('');
  return html`${path('grid', upright)}${path('grid', level)}`;
}

const tickAnchor = (at: number): Label['anchor'] => (at < 25 ? 'start' : at > viewWidth - 25 ? 'end' : 'middle');

function tickLabels(chart: Chart): Markup[] {
  const y = chart.height + 14;
  return chart.xTicks.map((tick) =>
    label({
      x: tick.at,
      y,
      text: tick.label,
      anchor: tickAnchor(tick.at)!,
      className: `tick${tick.minor ? ' minor' : ''}`,
    }),
  );
}

/** A chart with its gutter for the vertical axis. The SVG names and describes itself for a screen reader. */
export function drawChart(chart: Chart): Markup {
  const height = chart.height + (chart.xTicks.length > 0 ? axisHeight : 0);
  const gutter = (chart.yTicks ?? []).map(
    (tick) =>
      html`<text x="100%" dx="-6" y="${coordinate(Math.max(9, tick.at + 4))}" class="end tick">${tick.label}</text>`,
  );
  const hasGutter = chart.onTimeAxis || gutter.length > 0;
  return html`<div class="plot${chart.onTimeAxis && ' on-time'}${hasGutter && ' with-gutter'}">
${hasGutter && html`<svg class="gutter" height="${height}" aria-hidden="true">${gutter}</svg>`}
<svg class="field" height="${height}" role="img" aria-labelledby="${chart.id}-title ${chart.id}-desc"><title id="${chart.id}-title">${chart.title}</title><desc id="${chart.id}-desc">${chart.description}</desc>
<svg viewBox="0 0 ${viewWidth} ${chart.height}" width="100%" height="${chart.height}" preserveAspectRatio="none" aria-hidden="true">${gridLines(chart)}${chart.marks}</svg>${chart.shapes}${tickLabels(chart)}${(chart.labels ?? []).map(label)}</svg>
</div>`;
}

/** A chart in its figure: a heading to link to, the drawing, and a caption that says how to read it. */
export function figureOf(chart: Chart, caption: Piece, legend?: Piece): Markup {
  return html`<figure id="${chart.id}"><h3>${chart.title}</h3>${legend && html`<p class="legend">${legend}</p>`}${drawChart(chart)}<figcaption>${caption}</figcaption></figure>`;
}

/** A word with the colour that stands for it. */
export const key = (className: string, word: Piece): Markup =>
  html`<span class="key"><svg width="12" height="12" aria-hidden="true"><rect width="12" height="12" class="${className}"/></svg> ${word}</span> `;

/** A word with the line that stands for it. */
export const lineKey = (className: string, word: Piece): Markup =>
  html`<span class="key"><svg width="18" height="12" aria-hidden="true"><path class="${className}" d="M0 6H18"/></svg> ${word}</span> `;
