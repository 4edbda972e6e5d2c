/** The failover as a waterfall: its phases one under the other, then the streams' lanes, predicted beside measured. */
import { scaleLinear } from 'd3-scale';
import type { EventOf } from '../../journal/event.ts';
import type { Episode, Phase } from '../../measure/verdict.ts';
import type { Frame } from '../frame.ts';
import { html, type Markup } from '../markup.ts';
import { amount, grouped } from '../text.ts';
import { box, type Chart, figureOf, key, type Label, path, viewWidth } from './chart.ts';
import { figureMarkup, measuredOf, type View } from './view.ts';

type Expected = EventOf<'prediction'>['phases'][number];

/** One row of the drawing; times in ms since the fault. */
interface Row {
  readonly name: string;
  readonly className: string;
  readonly fromMs: number;
  readonly toMs: number;
  /** Whether the bar has no right end. */
  readonly open?: boolean;
  readonly expected?: { readonly lowMs: number; readonly highMs: number } | undefined;
}

const rowHeight = 38;
const barTop = 19;
const barHeight = 12;

const ms = (us: number): number => us / 1000;
const range = ({ lowMs, highMs }: { lowMs: number; highMs: number }): string =>
  lowMs === highMs ? amount(lowMs, 'ms') : `${amount(lowMs, 'ms')} to ${amount(highMs, 'ms')}`;

function phaseRow(phase: Phase, frame: Frame, expected: readonly Expected[]): Row {
  return {
    name: phase.phase,
    className: phase.phase === 'residual' ? 'residual' : 'phase',
    fromMs: ms(phase.startUs - frame.zeroUs),
    toMs: ms(phase.endUs - frame.zeroUs),
    expected: expected.find((one) => one.phase === phase.phase),
  };
}

/** The longest outage of each stream that was down after the fault; clients with new connections have lanes of their own. */
function laneRows({ run, verdict, frame }: View): Row[] {
  const rows: Row[] = [];
  for (const { stream } of run.slots.values()) {
    const downs = verdict.episodes.filter(
      (episode) => episode.stream === stream.name && (episode.endUs ?? frame.toUs) > frame.zeroUs,
    );
    const longest = downs.sort((a, b) => b.lastedUs - a.lastedUs)[0];
    if (longest) rows.push(laneRow(longest, frame));
  }
  return rows;
}

const laneRow = (episode: Episode, frame: Frame): Row => ({
  name: episode.stream,
  className: 'bad',
  fromMs: ms(episode.startUs - frame.zeroUs),
  toMs: ms((episode.endUs ?? frame.toUs) - frame.zeroUs),
  open: episode.endUs === null,
});

function drawing(rows: readonly Row[], untilMs: number): Pick<Chart, 'height' | 'xTicks' | 'marks' | 'labels'> {
  const scale = scaleLinear([0, untilMs], [0, viewWidth]).clamp(true);
  const bars = rows.map((row, i) => {
    const top = i * rowHeight + barTop;
    const { expected } = row;
    const mark =
      expected &&
      box(
        scale(row.fromMs + expected.lowMs),
        scale(row.fromMs + expected.highMs),
        top + barHeight + 1,
        top + barHeight + 5,
      );
    return html`${path(row.className, box(scale(row.fromMs), Math.max(scale(row.toMs), scale(row.fromMs) + 1), top, top + barHeight))}${path('expected', mark ?? null)}`;
  });
  const labels = rows.map((row, i): Label => {
    const right = scale(row.fromMs) > 0.55 * viewWidth;
    const lasted = `${row.open ? '≥ ' : ''}${amount(Math.round(row.toMs - row.fromMs), 'ms')}`;
    const x = right ? scale(row.toMs) : scale(row.fromMs);
    return {
      x,
      y: i * rowHeight + barTop - 5,
      text: `${row.name} ${lasted}`,
      anchor: right ? 'end' : 'start',
      className: 'lane',
    };
  });
  const xTicks = scale.ticks(8).map((at, i) => ({
    at: scale(at),
    label: at === 0 ? 'fault' : `+${grouped(at / 1000, Number.isInteger(at / 1000) ? 0 : 1)} s`,
    minor: i % 2 === 1,
  }));
  return { height: rows.length * rowHeight, xTicks, marks: bars, labels };
}

function phaseTable(view: View): Markup {
  const { verdict, run, citations } = view;
  const expected = run.prediction?.phases ?? [];
  const names = [...new Set([...verdict.phases.map((one) => one.phase), ...expected.map((one) => one.phase)])];
  const rows = names.map((name) => {
    const seen = verdict.phases.find((one) => one.phase === name);
    const foreseen = expected.find((one) => one.phase === name);
    const figure = measuredOf(verdict, `${name}Ms` as 'detectMs');
    const lasted = figure
      ? figureMarkup(figure)
      : seen
        ? amount(Math.round(ms(seen.endUs - seen.startUs)), 'ms')
        : 'not seen';
    return html`<tr><th scope="row">${name}${foreseen && html`<span class="means">${foreseen.why}</span>`}</th><td class="number">${foreseen ? range(foreseen) : '–'}</td><td class="number">${lasted} ${seen && citations.cite(seen.evidence)}</td><td class="wide-only">${seen?.observer ?? '–'}</td></tr>`;
  });
  return html`<table class="phases"><caption>Phases: expected from the timers found before the fault, and measured. What no observer saw is in residual.</caption><thead><tr><th scope="col">phase</th><th scope="col" class="number">predicted</th><th scope="col" class="number">measured</th><th scope="col" class="wide-only">seen by</th></tr></thead><tbody>${rows}</tbody></table>`;
}

function comparison({ run, verdict, citations }: View): Markup {
  const outage = measuredOf(verdict, 'writeOutageMs');
  const direct = measuredOf(verdict, 'directOutageMs');
  const penalty = measuredOf(verdict, 'poolerPenaltyMs');
  const says = run.prediction
    ? html`Predicted: <b>${range(run.prediction)}</b> ${citations.cite([run.prediction.seq])}. `
    : html`No outage was predicted. `;
  return html`<p class="lede">${says}${outage && html`Measured through the slowest pooler: ${figureMarkup(outage)} ${citations.cite(outage.evidence)}. `}${direct && html`Directly: ${figureMarkup(direct)} ${citations.cite(direct.evidence)}. `}${penalty && html`The poolers’ part: ${figureMarkup(penalty)} ${citations.cite(penalty.evidence)}${penalty.note && html` (${penalty.note})`}.`}</p>`;
}

/** The section, or nothing where nothing was broken. */
export function waterfall(view: View): Markup | undefined {
  const { run, verdict, frame } = view;
  if (!frame.hasFault) return undefined;
  const expected = run.prediction?.phases ?? [];
  const overall: Row[] = run.prediction
    ? [{ name: 'predicted', className: 'expected', fromMs: run.prediction.lowMs, toMs: run.prediction.highMs }]
    : [];
  const phases = verdict.phases.map((phase) => phaseRow(phase, frame, expected));
  const rows = [...overall, ...phases, ...laneRows(view)];
  if (rows.length === 0)
    return html`<section id="failover"><h2>Failover</h2><p>No stream went down and no change of roles was seen after the fault.</p></section>`;
  const untilMs =
    Math.max(1, ...rows.map((row) => row.toMs), ...rows.map((row) => row.fromMs + (row.expected?.highMs ?? 0))) * 1.03;
  const description = rows
    .map(
      (row) =>
        `${row.name}: from ${amount(Math.round(row.fromMs), 'ms')} to ${amount(Math.round(row.toMs), 'ms')} after the fault.`,
    )
    .join(' ');
  const chart: Chart = {
    id: 'waterfall',
    title: 'From the fault to the first good write',
    description,
    ...drawing(rows, untilMs),
  };
  const legend = html`${key('phase', 'measured phase')}${key('residual', 'residual')}${key('expected', 'predicted')}${key('bad', 'stream down')}`;
  return html`<section id="failover"><h2>Failover: predicted and measured</h2>${comparison(view)}${figureOf(chart, 'Time since the fault. The thin bar below a phase is where its end was predicted, counted from its measured start.', legend)}${phaseTable(view)}</section>`;
}
