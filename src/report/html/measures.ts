/** Every measure of the run, judged or not, with what it means and where it comes from. */

import { html, type Markup } from '../../markup.ts';
import { metrics, titleOf } from '../../measure/metrics.ts';
import type { Measured } from '../../measure/verdict.ts';
import { figureMarkup, type View } from './view.ts';

export function measures(view: View): Markup {
  const all = new Map<string, Measured>();
  for (const one of [...view.verdict.measured, ...view.verdict.checks]) all.set(one.metric, one);
  const rows = [...all.values()].map(
    (one) =>
      html`<tr id="measure-${one.metric}"><th scope="row"><span class="name">${titleOf(one.metric)}</span><code class="wide-only">${one.metric}</code><span class="means">${metrics[one.metric].means}</span>${one.note && html`<span class="means note">${one.note}</span>`}</th><td class="number">${figureMarkup(one)} ${view.citations.cite(one.evidence)}</td></tr>\n`,
  );
  return html`<section id="measures"><h2>Every measure</h2><table class="measures"><caption>What the journal gives, with its uncertainty. A number without ± is a count or exact.</caption><thead><tr><th scope="col">measure</th><th scope="col" class="number">measured</th></tr></thead><tbody>${rows}</tbody></table></section>`;
}
