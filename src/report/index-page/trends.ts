/** How each measure of a scenario moved: every run a point with its interval; the newest has its place among its like. */
import { scaleLinear, scaleUtc } from 'd3-scale';
import { html, type Markup } from '../../markup.ts';
import { differences } from '../../measure/compare/fingerprint.ts';
import { placeAmong } from '../../measure/compare/rank.ts';
import { counted } from '../../measure/measured.ts';
import { type MetricName, metrics, titleOf } from '../../measure/metrics.ts';
import type { HistoryLine } from '../history.ts';
import { type Chart, drawChart, key, path, percent, viewWidth } from '../html/figures/chart.ts';
import { amount, figureText, grouped, isSafety, limitText } from '../text.ts';

const height = 110;
const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
/** Shown where they were measured, limit or none. */
const always: readonly MetricName[] = ['writeOutageMs', 'directOutageMs', 'poolerPenaltyMs', 'recoveryMs'];

interface Point {
  readonly line: HistoryLine;
  readonly atMs: number;
  readonly value: number;
  readonly lower: number;
  readonly upper: number;
}

function pointsOf(lines: readonly HistoryLine[], metric: MetricName): Point[] {
  return lines.flatMap((line) => {
    const found = line.measured[metric];
    if (!found || found.value === null) return [];
    const { value, lower, upper } = found;
    return [{ line, atMs: Date.parse(line.startedAt), value, lower: lower ?? value, upper: upper ?? value }];
  });
}

/** Runs in the same circumstances share a group, numbered from the first. */
function groupsOf(lines: readonly HistoryLine[]): ReadonlyMap<HistoryLine, number> {
  const known: HistoryLine[] = [];
  const groups = new Map<HistoryLine, number>();
  for (const line of lines) {
    const found = known.findIndex((other) => differences([other.fingerprint, line.fingerprint]).length === 0);
    groups.set(line, found >= 0 ? found : known.push(line) - 1);
  }
  return groups;
}

/** Dates as short as the time between the first run and the last allows. */
const dateFormat =
  (spanMs: number) =>
  (date: Date): string => {
    const text = date.toISOString();
    if (spanMs > 90 * dayMs) return text.slice(0, 7);
    return spanMs > 2 * dayMs ? text.slice(5, 10) : text.slice(11, 16);
  };

/** The newest run's place among those in the same circumstances; one run proves no regression. */
function placeOf(points: readonly Point[], groups: ReadonlyMap<HistoryLine, number>): string {
  const newest = points.at(-1)!;
  const alike = points.filter((point) => groups.get(point.line) === groups.get(newest.line));
  const earlier = alike.slice(0, -1).map((point) => point.value);
  const { sentence } = placeAmong(newest.value, earlier, { worst: 'highest', best: 'lowest' });
  return earlier.length > 0 ? `${sentence} in the same circumstances` : sentence;
}

function draw(
  scenario: string,
  metric: MetricName,
  points: readonly Point[],
  groups: ReadonlyMap<HistoryLine, number>,
): Markup {
  const newest = points.at(-1)!;
  const { unit } = metrics[metric];
  const limit = newest.line.limits[metric];
  const times = points.map((point) => point.atMs);
  const x = scaleUtc([Math.min(...times) - hourMs, Math.max(...times) + hourMs], [12, viewWidth - 12]);
  const bounds = points.flatMap(({ lower, upper }) => [lower, upper]);
  const y = scaleLinear([Math.min(0, ...bounds), Math.max(1, limit?.max ?? 0, ...bounds)], [height, 6]).nice();
  const format = dateFormat(Math.max(...times) - Math.min(...times));
  const limits = [limit?.max, limit?.min].filter((value) => value !== undefined);
  const marks = html`${path('trend-limit', limits.map((value) => `M0 ${y(value)}H${viewWidth}`).join(''))}${path('trend-interval', points.map((point) => `M${x(point.atMs).toFixed(1)} ${y(point.lower).toFixed(1)}V${y(point.upper).toFixed(1)}`).join(''))}`;
  const figureOf = (point: Point) => figureText({ ...point, unit });
  const shapes = points.map(
    (point) =>
      html`<circle class="trend-point ${point.line.outcome}${groups.get(point.line) !== groups.get(newest.line) && ' other'}" cx="${percent(x(point.atMs))}" cy="${y(point.value).toFixed(1)}" r="4"><title>${point.line.startedAt.slice(0, 16).replace('T', ' ')}: ${figureOf(point)}</title></circle>`,
  );
  const chart: Chart = {
    id: `trend-${scenario}-${metric}`,
    title: `${titleOf(metric)} of ${scenario}`,
    description: `${counted(points.length, 'run')}, from ${figureOf(points[0]!)} to ${figureOf(newest)}, the newest.`,
    height,
    xTicks: x.ticks(5).map((date, i) => ({ at: x(date), label: format(date), minor: i % 2 === 1 })),
    yTicks: y.ticks(4).map((value) => ({ at: y(value), label: amount(value, unit) })),
    marks,
    shapes,
  };
  const said = html`${figureOf(newest)}: ${placeOf(points, groups)}.${limit && ` Limit ${limitText(limit, unit)}.`}`;
  return html`<figure class="trend"><h3>${titleOf(metric)}</h3>${drawChart(chart)}<figcaption>${said}</figcaption></figure>`;
}

/** What was found of each safety measure in all runs: one occurrence matters, so there is nothing to draw. */
function safety(lines: readonly HistoryLine[]): Markup | undefined {
  const counts = (['lostWrites', 'splitBrainMs', 'residue'] as const).flatMap((metric) => {
    const values = lines.map((line) => line.measured[metric]?.value ?? null).filter((value) => value !== null);
    const bad = values.filter((value) => value > 0).length;
    return values.length === 0
      ? []
      : [`${titleOf(metric)}: ${bad === 0 ? 'none' : `in ${grouped(bad)}`} of ${counted(values.length, 'run')}`];
  });
  return counts.length > 0 ? html`<p>${counts.join('; ')}.</p>` : undefined;
}

/** What changed in the circumstances along the way. */
function changes(lines: readonly HistoryLine[], groups: ReadonlyMap<HistoryLine, number>): Markup | undefined {
  const items = lines.slice(1).flatMap((line, i) => {
    const before = lines[i]!;
    if (groups.get(before) === groups.get(line)) return [];
    const found = differences([before.fingerprint, line.fingerprint]);
    const shown = found.slice(0, 4).join('; ');
    return [
      html`<li>${line.startedAt.slice(0, 10)}: ${shown}${found.length > 4 && `; and ${found.length - 4} more`}</li>`,
    ];
  });
  return items.length > 0
    ? html`<details><summary>The circumstances changed ${counted(items.length, 'time')}</summary><ul>${items}</ul></details>`
    : undefined;
}

/** The section of one scenario, oldest run first. */
export function trends(
  scenario: string,
  lines: readonly HistoryLine[],
  heading: string | undefined = scenario,
): Markup {
  const groups = groupsOf(lines);
  const limited = lines.flatMap((line) => Object.keys(line.limits) as MetricName[]);
  const chosen = [...new Set([...always, ...limited])].filter((metric) => !isSafety(metric));
  const drawn = chosen.flatMap((metric) => {
    const points = pointsOf(lines, metric);
    return points.length > 0 ? [draw(scenario, metric, points, groups)] : [];
  });
  const legend = html`<p class="legend">${key('pass', 'passed')}${key('fail', 'broke a limit')}${key('unknown', 'unknown')}${new Set(groups.values()).size > 1 && 'hollow: in other circumstances than the newest'}</p>`;
  return html`<section id="scenario-${scenario}">${heading && html`<h2>${heading}</h2>`}${safety(lines)}${drawn.length > 0 && legend}<div class="trends">${drawn}</div>${changes(lines, groups)}</section>`;
}
