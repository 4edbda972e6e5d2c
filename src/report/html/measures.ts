/** Every measure of the run, judged or not, with what it means and where it comes from. */
import { html, type Markup } from '../../markup.ts';
import { counted, inSeconds } from '../../measure/measured.ts';
import { metrics, titleOf } from '../../measure/metrics.ts';
import type { Measured, Verdict } from '../../measure/verdict.ts';
import { addedToLongest } from '../../measure/whose-share.ts';
import { asPart, isKnown } from '../text.ts';
import { fold } from './fold.ts';
import { figureMarkup, type View } from './view.ts';

/** Exactly nothing: worth a word, not a line. */
const isZero = ({ value, lower, upper }: Measured): boolean => value === 0 && lower === 0 && upper === 0;

/** What PgBouncer added is measured at the end of the last outage; the headline speaks of the longest. */
function noteOf({ metric, note }: Measured, verdict: Verdict): string | undefined {
  const longestMs = metric === 'poolerPenaltyMs' ? addedToLongest(verdict) : undefined;
  return longestMs === undefined ? note : `in the last outage; ${inSeconds(longestMs)} s in the longest; ${note}`;
}

export function measures({ verdict, citations }: View): Markup {
  const all = new Map<string, Measured>();
  for (const one of [...verdict.measured, ...verdict.checks]) all.set(one.metric, asPart(one));
  const known = [...all.values()].filter(isKnown);
  const unknown = [...all.values()].filter((one) => !isKnown(one));
  const zeros = known
    .filter(isZero)
    .map(
      (one, i) =>
        html`${i > 0 && ', '}<span id="measure-${one.metric}" title="${one.metric}: ${metrics[one.metric].means}">${titleOf(one.metric)}</span>`,
    );
  const items = known
    .filter((one) => !isZero(one))
    .map(
      (one) =>
        html`<div id="measure-${one.metric}"><dt><span class="name" title="${one.metric}: ${metrics[one.metric].means}">${titleOf(one.metric)}</span>${noteOf(one, verdict) && html`<span class="means">${noteOf(one, verdict)}</span>`}</dt><dd>${figureMarkup(one)} ${citations.cite(one.evidence)}</dd></div>\n`,
    );
  // Many have one reason: no backup was taken, nothing was restored.
  const byReason = Map.groupBy(unknown, ({ note }) => (note ?? 'nobody says why').replace(/^not measurable: /, ''));
  const rest = [...byReason].map(
    ([reason, some], n) =>
      html`${n > 0 && '; '}${some.map((one, i) => html`${i > 0 && ', '}<span id="measure-${one.metric}">${titleOf(one.metric)}</span>`)} (${reason})`,
  );
  return fold({
    id: 'measures',
    title: 'Every measure',
    says: `${known.length} measured${unknown.length > 0 ? `, ${counted(unknown.length, 'other')} not measurable here` : ''}`,
    body: html`<p class="means">With its uncertainty; a number without ± is a count or exact. What each means is in docs/METRICS.md.</p><dl class="pairs columns three">${items}</dl>${zeros.length > 0 && html`<p class="small">Zero: ${zeros}.</p>`}${rest.length > 0 && html`<p class="small">Not measurable in this run: ${rest}.</p>`}`,
  });
}
