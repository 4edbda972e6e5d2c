/** The top of the page: the sentence that says it all, then the few figures that matter, safety first. */

import { html, type Markup } from '../../markup.ts';
import { type MetricName, titleOf } from '../../measure/metrics.ts';
import { isSafety } from '../text.ts';
import { figureMarkup, measuredOf, type View } from './view.ts';

/** What the reader looks for first, in this order; those that were not measured are left out. */
const keyMetrics: readonly MetricName[] = ['lostWrites', 'writeOutageMs', 'poolerPenaltyMs', 'recoveryMs'];

function keyFigure(view: View, metric: MetricName): Markup | undefined {
  const found = measuredOf(view.verdict, metric);
  if (!found) return undefined;
  return html`<div><dt>${titleOf(metric)}${isSafety(metric) && html` <span class="tag">safety</span>`}</dt><dd>${figureMarkup(found)} ${view.citations.cite(found.evidence)}</dd></div>`;
}

/** The time of the header without its fractions: `2026-11-22 16:40 UTC`. */
const minuteOf = (startedAt: string): string => `${startedAt.slice(0, 16).replace('T', ' ')} UTC`;

export function header(view: View): Markup {
  const { run, verdict } = view;
  return html`<header><p class="overline">pgdrill · ${verdict.scenario} · ${verdict.stack} · <time datetime="${run.header.startedAt}">${minuteOf(run.header.startedAt)}</time></p>
<h1><span class="outcome ${verdict.outcome}">${verdict.outcome.toUpperCase()}</span> ${verdict.sentence.replace(/^(PASS|FAIL|UNKNOWN) /, '')}</h1>
<p class="asks">${run.header.scenario.asks}</p>
<dl class="keys">${keyMetrics.map((metric) => keyFigure(view, metric))}</dl></header>`;
}
