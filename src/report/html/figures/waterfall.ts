/** The failover as a waterfall: its phases one under the other, then the streams' lanes, predicted beside measured. */
import { scaleLinear } from 'd3-scale';
import { html, type Markup } from '../../../markup.ts';
import { isMetric } from '../../../measure/metrics.ts';
import { grouped } from '../../text.ts';
import { figureMarkup, measuredOf, type View } from '../view.ts';
import { box, type Chart, figureOf, key, type Label, path, viewWidth } from './chart.ts';
import { type Row, rangeText, roughly, waterfallRows } from './waterfall-rows.ts';

const rowHeight = 38;
const barTop = 19;
const barHeight = 12;
/** The share of the drawing's width beyond which a row's words stand to the left of its end. */
const wordsTurnAt = 0.5;

/** The end of a row's last bar and of what was expected, ms. */
const endOf = ({ bars, expected }: Row): number => Math.max(expected?.toMs ?? 0, ...bars.map((bar) => bar.toMs));

function drawing(rows: readonly Row[]): Pick<Chart, 'height' | 'xTicks' | 'marks' | 'labels'> {
  const scale = scaleLinear([0, Math.max(1, ...rows.map(endOf)) * 1.02], [0, viewWidth]).clamp(true);
  const marks = rows.map(({ bars, expected }, i) => {
    const top = i * rowHeight + barTop;
    const bottom = top + barHeight;
    const shown = bars.filter((bar, n) => n === 0 || bar.toMs > bar.fromMs);
    const drawn = shown.map(({ className, fromMs, toMs }) =>
      path(className, box(scale(fromMs), Math.max(scale(toMs), scale(fromMs) + 1), top, bottom)),
    );
    const foreseen = expected && box(scale(expected.fromMs), scale(expected.toMs), bottom + 1, bottom + 5);
    return html`${drawn}${path('expected', foreseen ?? null)}`;
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
  const xTicks = scale.ticks(8).map((at, i) => ({
    at: scale(at),
    label: at === 0 ? 'fault' : `+${grouped(at / 1000, Number.isInteger(at / 1000) ? 0 : 1)} s`,
    minor: i % 2 === 1,
  }));
  return { height: rows.length * rowHeight, xTicks, marks, labels };
}

function phaseTable(view: View): Markup {
  const { verdict, run, citations } = view;
  const expected = run.prediction?.phases ?? [];
  const names = [...new Set([...verdict.phases.map((one) => one.phase), ...expected.map((one) => one.phase)])];
  const rows = names.map((name) => {
    const seen = verdict.phases.find((one) => one.phase === name);
    const foreseen = expected.find((one) => one.phase === name);
    const metric: string = `${name}Ms`;
    const figure = isMetric(metric) ? measuredOf(verdict, metric) : undefined;
    const lasted = figure ? figureMarkup(figure) : seen ? roughly((seen.endUs - seen.startUs) / 1000) : 'not seen';
    return html`<tr><th scope="row">${name}${foreseen && html`<span class="means">${foreseen.why}</span>`}${figure?.note && html`<span class="means">Measured: ${figure.note}.</span>`}</th><td class="number">${foreseen ? rangeText(foreseen) : '–'}</td><td class="number">${lasted} ${seen && citations.cite(seen.evidence)}</td><td class="wide-only">${seen?.observer ?? '–'}</td></tr>`;
  });
  return html`<table class="phases"><caption>Phases: expected from the timers found before the fault, and measured. What no observer saw is in residual.</caption><thead><tr><th scope="col">phase</th><th scope="col" class="number">predicted</th><th scope="col" class="number">measured</th><th scope="col" class="wide-only">seen by</th></tr></thead><tbody>${rows}</tbody></table>`;
}

function comparison({ run, verdict, citations }: View): Markup {
  const outage = measuredOf(verdict, 'writeOutageMs');
  const direct = measuredOf(verdict, 'directOutageMs');
  const penalty = measuredOf(verdict, 'poolerPenaltyMs');
  const says = run.prediction
    ? html`Predicted: <b>${rangeText(run.prediction)}</b> ${citations.cite([run.prediction.seq])}. `
    : html`No outage was predicted. `;
  return html`<p class="lede">${says}${outage && html`Measured through the slowest pooler: ${figureMarkup(outage)} ${citations.cite(outage.evidence)}. `}${direct && html`Directly: ${figureMarkup(direct)} ${citations.cite(direct.evidence)}. `}${penalty && html`The poolers’ part: ${figureMarkup(penalty)} ${citations.cite(penalty.evidence)}${penalty.note && html` (${penalty.note})`}.`}</p>`;
}

/** The section, or nothing where nothing was broken. */
export function waterfall(view: View): Markup | undefined {
  if (!view.frame.hasFault) return undefined;
  const rows = waterfallRows(view);
  const heading = html`<h2>Failover: predicted and measured</h2>${comparison(view)}`;
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
  const legend = html`${key('expected', 'predicted')}${key('phase', 'phase, measured')}${key('residual', 'residual')}${key('bad', 'server and stream down')}${key('held', 'server back, stream still down')}`;
  const caption =
    'Time since the fault. The thin bar below a phase is where its end was predicted, counted from its measured start.';
  return html`<section id="failover">${heading}${figureOf(chart, caption, legend)}${phaseTable(view)}</section>`;
}
