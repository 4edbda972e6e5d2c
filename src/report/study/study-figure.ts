/** Every run of a study as a dot: a row a cell, one measure along it. A stand-alone picture, for a README. */
import { max, min } from 'd3-array';
import { scaleLinear } from 'd3-scale';
import { html, type Markup } from '../../markup.ts';
import { type MetricName, metrics, titleOf } from '../../measure/metrics.ts';
import type { StudyRun } from '../../measure/study/effects.ts';

const width = 760;
const left = 330;
const right = 30;
const top = 46;
const rowHeight = 22;
const radius = 4;

/** Colours of the first factor's levels: distinguishable for readers who see no red or green, too. */
const colors = ['#0072b2', '#d55e00', '#009e73', '#cc79a7'] as const;

/**
 * @param factors in the order in which rows are sorted; the first one's levels have colours
 * @returns one SVG document, light enough for both backgrounds
 */
export function studyFigure(
  runs: readonly StudyRun[],
  factors: Readonly<Record<string, readonly string[]>>,
  metric: MetricName,
): string {
  const [coloured, levels = []] = Object.entries(factors)[0] ?? [];
  const rows = rowsOf(runs, factors);
  const isTime = metrics[metric].unit === 'ms';
  const heading = titleOf(metric);
  const shownOf = ({ measured }: StudyRun): number[] => {
    const value = measured[metric];
    return value === null || value === undefined ? [] : [isTime ? value / 1000 : value];
  };
  const all = runs.flatMap(shownOf);
  const x = scaleLinear([Math.min(0, min(all) ?? 0), Math.max(1, max(all) ?? 1)], [left, width - right]).nice();
  const height = top + rows.length * rowHeight + 34;
  const marks = rows.map((some, row) => {
    const y = top + (row + 0.5) * rowHeight;
    const fill = colors[Math.max(0, levels.indexOf(some[0]!.levels[coloured ?? ''] ?? '')) % colors.length]!;
    const dots = some
      .flatMap(shownOf)
      .map(
        (value) =>
          html`<circle cx="${x(value).toFixed(1)}" cy="${y}" r="${radius}" fill="${fill}" fill-opacity="0.65"/>`,
      );
    return html`<line x1="${left}" x2="${width - right}" y1="${y}" y2="${y}" stroke="#8884"/><text x="${left - 10}" y="${y + 4}" text-anchor="end">${labelOf(some[0]!)}</text>${dots}`;
  });
  return html`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" font-family="system-ui, sans-serif" font-size="12" role="img"><rect width="100%" height="100%" fill="#fff"/><text x="10" y="22" font-size="14" font-weight="600">${heading.charAt(0).toUpperCase()}${heading.slice(1)}: every run is a dot</text>${marks}${axis(x, height - 26, isTime ? ' s' : '')}</svg>
`.text;
}

function axis(x: { ticks(n: number): number[]; (value: number): number }, y: number, unit: string): Markup {
  return html`${x.ticks(8).map((tick) => html`<line x1="${x(tick)}" x2="${x(tick)}" y1="${top}" y2="${y}" stroke="#8883"/><text x="${x(tick)}" y="${y + 18}" text-anchor="middle">${tick}${unit}</text>`)}`;
}

/** The runs of each cell, cells in the order of the factors' levels, the last factor slowest. */
function rowsOf(runs: readonly StudyRun[], factors: Readonly<Record<string, readonly string[]>>): StudyRun[][] {
  const places = Object.entries(factors).reverse();
  const placeOf = ({ levels }: StudyRun): number =>
    places.reduce((place, [name, known]) => place * (known.length + 1) + known.indexOf(levels[name] ?? ''), 0);
  return [...Map.groupBy(runs, placeOf)].sort(([a], [b]) => a - b).map(([, some]) => some);
}

const labelOf = ({ levels }: StudyRun): string =>
  Object.entries(levels)
    .reverse()
    .map(([name, level]) => (/^\d+$/.test(level) ? `${name} ${level}` : level))
    .join(' · ');
