/** The limits: what was measured, ±, how far it was from the limit; a bar against the limit, the same place in all rows. */

import { html, type Markup } from '../../markup.ts';
import { metrics, titleOf } from '../../measure/metrics.ts';
import type { Check } from '../../measure/verdict.ts';
import { bySafetyThenOutcome, figureText, isSafety, limitText, marginText } from '../text.ts';
import { figureMarkup, type View } from './view.ts';

const marks = { pass: '✓', fail: '✗', unknown: '?' } as const;
/** The limit stands at this share of the bar's width, so that twice the limit still fits. */
const limitAt = 50;

const share = (value: number, limit: number): number => Math.min(100, Math.max(0, (value / limit) * limitAt));

/** The bar of a limit that is not 0: value, interval and the limit's line; undefined where there is nothing to compare. */
function bullet(check: Check): Markup | undefined {
  const limit = check.limit.max ?? check.limit.min;
  const { value, lower, upper } = check;
  if (!limit || (value === null && lower === null)) return undefined;
  const best = value ?? lower ?? 0;
  const from = share(lower ?? best, limit);
  const to = upper === null ? 100 : share(upper, limit);
  const words = `${figureText(check)} against a limit of ${limitText(check.limit, check.unit)}`;
  return html`<svg class="bullet" height="14" role="img" aria-label="${words}"><rect class="track" width="100%" height="6" y="4"/><rect class="value ${check.outcome}" width="${share(best, limit).toFixed(2)}%" height="6" y="4"/><line class="interval" x1="${from.toFixed(2)}%" x2="${to.toFixed(2)}%" y1="7" y2="7"/><line class="limit-line" x1="${limitAt}%" x2="${limitAt}%" y1="0" y2="14"/></svg>`;
}

/** Roles are spelled out, because the layout for phones takes a table’s own away. */
function row(check: Check, view: View): Markup {
  const { metric, outcome } = check;
  return html`<tr role="row" id="limit-${metric}" class="${outcome}"><th scope="row" role="rowheader"><span class="name">${titleOf(metric)}</span>${isSafety(metric) && html` <span class="tag">safety</span>`}<span class="means">${metrics[metric].means}</span>${bullet(check)}${check.note && html`<span class="means">${check.note}</span>`}</th><td role="cell" class="number">${figureMarkup(check)} ${view.citations.cite(check.evidence)}</td><td role="cell" class="number">${limitText(check.limit, check.unit)}<span class="means">${marginText(check, check.limit)}</span></td><td role="cell"><span class="outcome ${outcome}">${marks[outcome]} ${outcome}</span></td></tr>`;
}

export function limits(view: View): Markup {
  const checks = [...view.verdict.checks].sort(bySafetyThenOutcome);
  if (checks.length === 0)
    return html`<section id="limits"><h2>Limits</h2><p>This scenario sets no limit, so nothing was judged.</p></section>`;
  return html`<section id="limits"><h2>Limits</h2>
<table class="limits" role="table"><caption>What was measured against each limit. A limit is kept only if the whole interval of uncertainty is within it. The upright line in a bar is the limit; the bar ends at twice the limit.</caption>
<thead role="rowgroup"><tr role="row"><th scope="col" role="columnheader">measure</th><th scope="col" role="columnheader" class="number">measured</th><th scope="col" role="columnheader" class="number">limit</th><th scope="col" role="columnheader">verdict</th></tr></thead>
<tbody role="rowgroup">${checks.map((check) => row(check, view))}</tbody></table></section>`;
}
