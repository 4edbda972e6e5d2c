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
import { remarks } from './appendix/remarks.ts';
import { clientPrograms } from './client-programs.ts';
import { isolation, replicaIsolation } from './consistency/isolation.ts';
import { ownWrites } from './consistency/own-writes.ts';
import { decision } from './decision.ts';
import { Citations } from './evidence.ts';
import { experiment } from './experiment.ts';
import { quantiles } from './figures/quantiles.ts';
import { timeAxisOf } from './figures/time-axis.ts';
import { timeline } from './figures/timeline.ts';
import { waterfall } from './figures/waterfall.ts';
import { fold } from './fold.ts';
import { header } from './header.ts';
import { ledger } from './ledger.ts';
import { limits } from './limits.ts';
import { manifests } from './manifests.ts';
import { measures } from './measures.ts';
import { page } from './page.ts';
import { losses } from './proof/losses.ts';
import { notProved } from './proof/not-proved.ts';
import { restores } from './restores.ts';
import { cursorScript, openingScript } from './script.ts';
import type { Known, View } from './view.ts';

export interface HtmlOptions extends Known {
  /** The run was recorded elsewhere, at another time: the top of the page says so, lest it pass for a result of here. */
  readonly recorded?: boolean;
}

const recordedBanner = html`<p class="recorded" role="note"><strong>RECORDED.</strong> This is a real drill that was run earlier on another machine. It says nothing about yours.</p>`;

interface Section {
  readonly id: string;
  readonly title: string;
  readonly render: (view: View) => Markup | undefined;
}

/** The first screen: what happened, why, what to change, what was judged, where the time went. */
const first: readonly Section[] = [
  { id: 'losses', title: 'Lost writes', render: losses },
  { id: 'decision', title: 'Why, and what to change', render: decision },
  { id: 'limits', title: 'Limits', render: limits },
  { id: 'failover', title: 'Where the time went', render: waterfall },
  { id: 'not-proved', title: 'What this run does not prove', render: notProved },
];
/** All else, folded away. */
const appendix: readonly Section[] = [
  { id: 'act', title: 'Since the last run, and sign-off', render: act },
  { id: 'timeline', title: 'Second by second', render: timeline },
  { id: 'latencies', title: 'Response and service time', render: quantiles },
  { id: 'programs', title: 'Client programs', render: clientPrograms },
  { id: 'ledger', title: 'The ledger', render: ledger },
  { id: 'isolation', title: 'Isolation', render: isolation },
  { id: 'isolation-replicas', title: 'Isolation, replicas included', render: replicaIsolation },
  { id: 'own-writes', title: 'Own writes on replicas', render: ownWrites },
  { id: 'restores', title: 'Backups and restores', render: restores },
  { id: 'alerts', title: 'Alerts', render: alerts },
  { id: 'remarks', title: 'Remarks', render: remarks },
  { id: 'afterwards', title: 'What the drill leaves behind', render: afterwards },
  { id: 'measures', title: 'Every measure', render: measures },
  { id: 'manifests', title: 'Your manifests', render: manifests },
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
  if (own <= 0) return undefined;
  const says = `this run and ${own === 1 ? 'an earlier one' : `${own} earlier ones`}`;
  return fold({ id: 'trend', title: 'Among earlier runs', says, body: trends(scenario, alike.slice(0, own + 1), '') });
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
  const deciding = first.map((section) => drawn(section, view));
  const folded = appendix.map((section) => drawn(section, view));
  return page({
    title: `${verdict.outcome.toUpperCase()} ${verdict.scenario} on ${verdict.stack}`,
    script: `${openingScript}${cursorScript(frame)}`,
    body: html`${options.recorded && recordedBanner}${top}<main id="main">${deciding}<div class="appendix">${folded}${trendOf(verdict, options.history)}${citations.appendix(run)}</div></main><footer>Made by pgdrill from run <code>${run.header.id}</code>. Figures are functions of its journal alone: the same journal gives the same report.</footer>`,
  });
}
