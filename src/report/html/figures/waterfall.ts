/** The failover as a waterfall: its phases one under the other, then the streams' lanes, predicted beside measured. */
import { scaleLinear } from 'd3-scale';
import { html, type Markup } from '../../../markup.ts';
import { isDestroyed } from '../../../measure/doubts/ledgers.ts';
import { isMetric } from '../../../measure/metrics.ts';
import type { Verdict } from '../../../measure/verdict.ts';
import { grouped } from '../../text.ts';
import { figureMarkup, measuredOf, type View } from '../view.ts';
import { box, type Chart, figureOf, key, type Label, path, viewWidth } from './chart.ts';
import {
  archiveText,
  deviation,
  expectedOf,
  phaseTitle,
  type Row,
  rangeText,
  roughly,
  waterfallRows,
} from './waterfall-rows.ts';

const rowHeight = 34;
const barTop = 18;
const barHeight = 9;
/** What is only part of an outage is drawn lower, so that its colour alone need not say it. */
const topOf = (className: string, top: number): number => (className === 'held' ? top + barHeight / 2 : top);
/** The share of the drawing's width beyond which a row's words stand to the left of its end. */
const wordsTurnAt = 0.5;

/** The end of a row's last bar and of what was expected, ms. */
const endOf = ({ bars, expected }: Row): number => Math.max(expected?.toMs ?? 0, ...bars.map((bar) => bar.toMs));

/** Between the two ends a line, with a stroke at each: where the bar's end was predicted. */
const bracket = (from: number, to: number, y: number): string =>
  `M${from} ${y - 3}V${y + 3}M${from} ${y}H${to}M${to} ${y - 3}V${y + 3}`;

function drawing(rows: readonly Row[]): Pick<Chart, 'height' | 'xTicks' | 'marks' | 'labels'> {
  const scale = scaleLinear([0, Math.max(1, ...rows.map(endOf)) * 1.02], [0, viewWidth]).clamp(true);
  const at = (ms: number): number => Math.round(scale(ms) * 10) / 10;
  const marks = rows.map(({ bars, expected }, i) => {
    const top = i * rowHeight + barTop;
    const bottom = top + barHeight;
    const shown = bars.filter((bar) => bars.length === 1 || bar.toMs > bar.fromMs);
    const drawn = shown.map(({ className, fromMs, toMs }) =>
      className === 'expected'
        ? path('foreseen', bracket(at(fromMs), at(toMs), top + barHeight / 2))
        : path(className, box(scale(fromMs), Math.max(scale(toMs), scale(fromMs) + 1), topOf(className, top), bottom)),
    );
    const foreseen = expected && bracket(at(expected.fromMs), at(expected.toMs), bottom + 4);
    return html`${drawn}${path('foreseen', foreseen ?? null)}`;
  });
  const labels = rows.map((row, i): Label => {
    const start = scale(row.bars[0]!.fromMs);
    const turned = start > wordsTurnAt * viewWidth;
    const x = turned ? scale(row.bars.at(-1)!.toMs) : start;
    return {
      x,
      y: i * rowHeight + barTop - 5,
      text: `${row.name}: ${row.says}`,
      anchor: turned ? 'end' : 'start',
      className: 'lane',
      ...(row.detail && { detail: row.detail }),
    };
  });
  const xTicks = scale.ticks(8).map((tick, i) => ({
    at: scale(tick),
    label: tick === 0 ? 'fault' : `+${grouped(tick / 1000, Number.isInteger(tick / 1000) ? 0 : 1)} s`,
    minor: i % 2 === 1,
  }));
  return { height: rows.length * rowHeight, xTicks, marks, labels };
}

/** Cells carry their column's name, for a phone has no room for columns. */
function phaseTable(view: View): Markup {
  const { verdict, run, citations } = view;
  const expected = run.prediction?.phases.map(({ phase }) => phase) ?? [];
  const names = [...new Set<string>([...verdict.phases.map((one) => one.phase), ...expected])];
  const rows = names.map((name) => {
    const seen = verdict.phases.find((one) => one.phase === name);
    const foreseen = expectedOf(name, run.prediction);
    const metric: string = `${name}Ms`;
    const figure = isMetric(metric) ? measuredOf(verdict, metric) : undefined;
    const known = figure && figure.value !== null ? figure : undefined;
    const lasted = known ? figureMarkup(known) : seen ? roughly((seen.endUs - seen.startUs) / 1000) : 'not seen';
    const archive = seen?.archive && html`<span class="means">${archiveText(seen.archive)}</span>`;
    const note = known?.note ? html`<span class="means">${known.note}</span>` : undefined;
    const other = seen && deviation(seen, run.prediction, verdict.phases);
    return html`<tr role="row"><th scope="row" role="rowheader">${phaseTitle(name)}${foreseen && html`<span class="means">${foreseen.why}</span>`}${archive}${note}</th><td role="cell" class="number" data-name="predicted">${foreseen ? rangeText(foreseen) : '–'}</td><td role="cell" class="number" data-name="measured">${lasted}${other && html` <span class="tag">${other} than predicted</span>`} ${seen && citations.cite(seen.evidence)}</td><td role="cell" data-name="seen by">${seen?.observer ?? '–'}</td></tr>`;
  });
  return html`<details class="numbers"><summary>The phases in numbers, and who saw them</summary><table class="phases" role="table"><caption>Each phase with what was predicted from the timeouts before the fault. They count from the fault, which the outage may follow later. The unexplained rest is what no observer saw.</caption><thead role="rowgroup"><tr role="row"><th scope="col" role="columnheader">phase</th><th scope="col" role="columnheader" class="number">predicted</th><th scope="col" role="columnheader" class="number">measured</th><th scope="col" role="columnheader">seen by</th></tr></thead><tbody role="rowgroup">${rows}</tbody></table></details>`;
}

/** The outage against the prediction; where it lies outside, the phase that did it. */
function comparison(view: View): Markup {
  const { run, verdict, citations } = view;
  const outage = measuredOf(verdict, 'writeOutageMs');
  const { prediction } = run;
  if (!prediction) return html`<p>There is no prediction to compare with: pgdrill has no model of this fault here.</p>`;
  const range = html`Predicted from the timeouts: <b>${rangeText(prediction)}</b> ${citations.cite([prediction.seq])}.`;
  if (!outage || outage.value === null) return html`<p>${range}</p>`;
  const where =
    outage.value > prediction.highMs
      ? 'longer than predicted'
      : outage.value < prediction.lowMs
        ? 'shorter than predicted'
        : 'as predicted';
  return html`<p>${range} Measured: ${figureMarkup(outage)}, ${where}${where !== 'as predicted' && culprits(view, verdict)}.</p>`;
}

function culprits({ run }: View, { phases }: Verdict): string {
  const found = phases.flatMap((phase) => {
    const other = deviation(phase, run.prediction, phases);
    const expected = expectedOf(phase.phase, run.prediction);
    if (!other || !expected) return [];
    return [
      `${phaseTitle(phase.phase)} took ${roughly((phase.endUs - phase.startUs) / 1000)}, predicted ${rangeText(expected)}`,
    ];
  });
  return found.length > 0 ? `: ${found.join('; ')}` : '';
}

/** Why several durations on the page are nearly equal. */
const howToRead =
  'Time since the fault. Each lane is one path by its own probes, so they differ a little; the write outage is that of the slowest PgBouncer. A client waits longer by up to the distance of its writes.';

/** The section, or nothing where nothing was broken. */
export function waterfall(view: View): Markup | undefined {
  if (!view.frame.hasFault) return undefined;
  const rows = waterfallRows(view);
  const heading = html`<h2>Where the time went</h2>${comparison(view)}`;
  if (rows.length === 0)
    return html`<section id="failover">${heading}<p>No stream went down and no change of roles was seen after the fault.</p></section>`;
  const description = rows
    .map((row) => [`${row.name}: ${row.says}`, row.detail].filter(Boolean).join(', ').concat('.'))
    .join(' ');
  const chart: Chart = {
    id: 'waterfall',
    title: 'From the fault to the first good write',
    description,
    ...drawing(rows),
  };
  const has = (className: string) =>
    rows.some(({ bars }) => bars.some((bar) => bar.className === className && bar.toMs > bar.fromMs));
  const legend = html`${has('cause') && key('cause', 'largest part')}${has('phase') && key('phase', 'phase')}${has('residual') && key('residual', 'unexplained, or after the drill’s help')}${has('bad') && key('bad', 'server and clients down')}${has('held') && key('held', 'server up, clients still down')}${view.run.prediction && 'a bracket: where the end was predicted'}`;
  return html`<section id="failover">${heading}${figureOf(chart, howToRead, legend)}${!isDestroyed(view.run) && phaseTable(view)}</section>`;
}
