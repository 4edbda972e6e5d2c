/**
 * The report of a run as one HTML file: no network, readable without scripts, light, dark and on paper.
 *
 * Each section is a view, one file each: a function of the run and its verdict. Adding one is a file and a line below.
 */
import type { Run } from '../../journal/run.ts';
import { html, type Markup } from '../../markup.ts';
import type { Verdict } from '../../measure/verdict.ts';
import { frameOf } from '../frame.ts';
import type { HistoryLine } from '../history.ts';
import { trends } from '../index-page/trends.ts';
import { act } from './act.ts';
import { afterwards } from './afterwards.ts';
import { alerts } from './alerts.ts';
import { Citations } from './evidence.ts';
import { experiment } from './experiment.ts';
import { quantiles } from './figures/quantiles.ts';
import { timeAxisOf } from './figures/time-axis.ts';
import { timeline } from './figures/timeline.ts';
import { waterfall } from './figures/waterfall.ts';
import { header } from './header.ts';
import { ledger } from './ledger.ts';
import { limits } from './limits.ts';
import { measures } from './measures.ts';
import { notProved } from './not-proved.ts';
import { page } from './page.ts';
import { restores } from './restores.ts';
import { cursorScript } from './script.ts';
import type { Known, View } from './view.ts';

export interface HtmlOptions extends Known {
  /** The run was recorded elsewhere, at another time: say so at the top, and never let it pass for a result of here. */
  readonly recorded?: boolean;
}

const recordedBanner = html`<p class="recorded" role="note"><strong>RECORDED.</strong> This is a real drill that was run earlier on another machine. It says nothing about yours.</p>`;

interface Section {
  readonly id: string;
  readonly title: string;
  readonly render: (view: View) => Markup | undefined;
}

const sections: readonly Section[] = [
  { id: 'not-proved', title: 'Not proved', render: notProved },
  { id: 'limits', title: 'Limits', render: limits },
  { id: 'failover', title: 'Failover', render: waterfall },
  { id: 'act', title: 'Acting on it', render: act },
  { id: 'timeline', title: 'Second by second', render: timeline },
  { id: 'latencies', title: 'Latency', render: quantiles },
  { id: 'ledger', title: 'Ledger', render: ledger },
  { id: 'restores', title: 'Backups and restores', render: restores },
  { id: 'alerts', title: 'Alerts', render: alerts },
  { id: 'afterwards', title: 'Afterwards', render: afterwards },
  { id: 'measures', title: 'Every measure', render: measures },
  { id: 'experiment', title: 'The experiment', render: experiment },
];

/** A section that cannot be drawn says so; the rest of the report of a drill that took minutes is not lost for it. */
function drawn({ id, title, render }: Section, view: View): Markup | undefined {
  try {
    return render(view);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return html`<section id="${id}"><h2>${title}</h2><p>This section could not be drawn (${why}). The journal holds what it would have shown.</p></section>`;
  }
}

/** Where this run stands among earlier runs of its scenario on its stack; nothing where there is none. */
function trendOf({ scenario, stack, run }: Verdict, history: readonly HistoryLine[] = []): Markup | undefined {
  const alike = history.filter((line) => line.scenario === scenario && line.stack === stack);
  const own = alike.findIndex((line) => line.run === run);
  return own > 0 ? trends(scenario, alike.slice(0, own + 1), 'Among earlier runs') : undefined;
}

/**
 * Renders the report. The same run and verdict give the same bytes.
 * @returns one HTML document; less than 2 MB however long the run was
 */
export function renderHtml(run: Run, verdict: Verdict, options: HtmlOptions = {}): string {
  const frame = frameOf(run);
  const citations = new Citations();
  const view: View = { run, verdict, frame, axis: timeAxisOf(frame), citations, known: options };
  const top = header(view);
  const rendered = sections
    .map((section) => ({ ...section, markup: drawn(section, view) }))
    .filter(({ markup }) => markup !== undefined);
  const past = trendOf(verdict, options.history);
  const appendix = citations.appendix(run);
  const contents = [
    ...rendered,
    ...(past ? [{ id: `scenario-${verdict.scenario}`, title: 'Trend' }] : []),
    ...(appendix ? [{ id: 'evidence', title: 'Evidence' }] : []),
  ].map(({ id, title }) => html`<li><a href="#${id}">${title}</a></li>`);
  return page({
    title: `${verdict.outcome.toUpperCase()} ${verdict.scenario} on ${verdict.stack}`,
    script: cursorScript(frame),
    body: html`${options.recorded && recordedBanner}${top}<nav aria-label="Contents"><ul>${contents}</ul></nav><main id="main">${rendered.map(({ markup }) => markup)}${past}${appendix}</main><footer>Made by pgdrill from run <code>${run.header.id}</code>. Figures are functions of its journal alone: the same journal gives the same report.</footer>`,
  });
}
