/** What each timer costs as a bar with its interval: a standalone picture, for a README. */
import { max, min } from 'd3-array';
import { scaleLinear } from 'd3-scale';
import { html, type Markup } from '../markup.ts';
import type { Explained, Explanation, TimerPlan } from '../measure/explain/explain.ts';
import type { Trial } from '../measure/explain/responses.ts';
import { studyFigure } from './study/study-figure.ts';

const width = 760;
const left = 280;
const right = 150;
const top = 62;
const rowHeight = 26;
const said = { costs: '', hidden: 'in the pooler’s log only', nothing: 'nothing moved with it' } as const;

/** @returns one SVG document, light enough for both backgrounds */
export function explainFigure(title: string, { rows, runs, outageMs }: Explanation): string {
  const ends = rows.flatMap(({ cost }) => [cost.value, cost.lower ?? cost.value, cost.upper ?? cost.value]);
  const seconds = ends.map((ms) => ms / 1000);
  const x = scaleLinear([Math.min(0, min(seconds) ?? 0), Math.max(1, max(seconds) ?? 1)], [left, width - right]).nice();
  const height = top + rows.length * rowHeight + 34;
  const bottom = height - 26;
  const ticks = x.ticks(7).map((tick) => {
    const at = x(tick);
    return html`<line x1="${at}" x2="${at}" y1="${top - 6}" y2="${bottom}" stroke="#8883"/><text x="${at}" y="${bottom + 18}" text-anchor="middle">${tick} s</text>`;
  });
  const outage = outageMs === null ? '' : `, of an outage of ${(outageMs / 1000).toFixed(1)} s (median)`;
  return html`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" font-family="system-ui, sans-serif" font-size="12" role="img"><rect width="100%" height="100%" fill="#fff"/><text x="10" y="22" font-size="14" font-weight="600">${title}</text><text x="10" y="42" fill="#555">Cost of the value in force against the recommended one${outage}; ${runs} runs, 95 % intervals</text>${ticks}${rows.map((row, i) => barOf(row, top + (i + 0.5) * rowHeight, (ms) => x(ms / 1000)))}</svg>
`.text;
}

function barOf(
  { name, base, recommended, unit, effect, cost }: Explained,
  y: number,
  x: (ms: number) => number,
): Markup {
  const label = html`<text x="${left - 10}" y="${y + 4}" text-anchor="end">${name} ${base} → ${recommended}${unit && ` ${unit}`}</text>`;
  if (effect !== 'costs') return html`${label}<text x="${x(0) + 6}" y="${y + 4}" fill="#777">${said[effect]}</text>`;
  const [from, to] = [Math.min(0, cost.value), Math.max(0, cost.value)];
  const fill = cost.value > 0 ? '#d55e00' : '#0072b2';
  const [lower, upper] = [cost.lower ?? cost.value, cost.upper ?? cost.value];
  return html`${label}<rect x="${x(from)}" y="${y - 8}" width="${x(to) - x(from)}" height="16" fill="${fill}" fill-opacity="0.6"/><line x1="${x(lower)}" x2="${x(upper)}" y1="${y}" y2="${y}" stroke="#222" stroke-width="1.5"/><text x="${Math.max(x(upper), x(0)) + 8}" y="${y + 4}">${(cost.value / 1000).toFixed(1)} s</text>`;
}

/** The outage of every run as a dot, a row for each value that was tried: what comes in steps shows as steps. */
export function explainRunsFigure(timers: readonly TimerPlan[], trials: readonly Trial[]): string {
  const none = 'nothing moved';
  const labelOf = (moved: string | undefined): string => {
    const timer = timers.find(({ name }) => name === moved);
    return timer ? `${timer.name} = ${timer.trial}${timer.unit && ` ${timer.unit}`}` : none;
  };
  const runs = trials.map(({ moved, outageMs }) => ({
    ...{ block: 1, run: '', levels: { moved: labelOf(moved) }, measured: { writeOutageMs: outageMs } },
  }));
  return studyFigure(runs, { moved: [none, ...timers.map(({ name }) => labelOf(name))] }, 'writeOutageMs');
}
