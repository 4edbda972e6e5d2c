/**
 * The limits, broken ones first: what was measured, ±, how far it was from the limit; a bar against the limit. The safety
 * limits that were kept share a row.
 */
import { html, type Markup } from '../../markup.ts';
import type { Limit } from '../../measure/verdict.ts';
import { figureText, isKnown, type Listed, limitText, listed, marginText, noteShown } from '../text.ts';
import { figureMarkup, type View } from './view.ts';

const marks = { pass: '✓', fail: '✗', unknown: '?' } as const;
/** The limit stands at this share of the bar's width, so that twice the limit still fits. */
const limitAt = 50;

const share = (value: number, limit: number): number => Math.min(100, Math.max(0, (value / limit) * limitAt));

/** The bar of a limit that is not 0: value, interval and the limit's line; undefined where there is nothing to compare. */
function bullet(check: Listed): Markup | undefined {
  const limit = check.limit.max ?? check.limit.min;
  const { value, lower, upper } = check;
  if (!limit || !isKnown(check)) return undefined;
  const best = value ?? lower ?? 0;
  const from = share(lower ?? best, limit);
  const to = upper === null ? 100 : share(upper, limit);
  const words = `${figureText(check)} against a limit of ${limitText(check.limit, check.unit)}`;
  return html`<svg class="bullet" height="12" role="img" aria-label="${words}"><rect class="track" width="100%" height="6" y="3"/><rect class="value ${check.outcome}" width="${share(best, limit).toFixed(2)}%" height="6" y="3"/><line class="interval" x1="${from.toFixed(2)}%" x2="${to.toFixed(2)}%" y1="6" y2="6"/><line class="limit-line" x1="${limitAt}%" x2="${limitAt}%" y1="0" y2="12"/></svg>`;
}

/** Of a limit of nothing no margin is worth a line. */
const isZero = ({ max, min }: Limit): boolean => max === 0 && min === undefined;

/** Roles are spelled out, because the layout for phones takes a table’s own away. */
function row(check: Listed, view: View): Markup {
  const { name, title, outcome } = check;
  const text = noteShown(check);
  const note = text ? html`<span class="means">${text}</span>` : undefined;
  // A measure of the scenario's own has no entry in the list of measures: what it means stands here.
  const named = check.own
    ? html`<span class="name">${title}</span><span class="means">${check.means}</span>`
    : html`<a class="name" href="#measure-${name}" title="${check.means}">${title}</a>`;
  return html`<tr role="row" id="limit-${name}" class="${outcome}"><th scope="row" role="rowheader">${named}${check.safety && html` <span class="tag">safety</span>`}${bullet(check)}${note}</th><td role="cell" class="number">${figureMarkup(check)} ${view.citations.cite(check.evidence)}</td><td role="cell" class="number">${limitText(check.limit, check.unit)}${check.limit.source && html`<span class="means">${check.limit.source}</span>`}${!isZero(check.limit) && html`<span class="means">${marginText(check, check.limit)}</span>`}</td><td role="cell"><span class="outcome ${outcome}">${marks[outcome]} ${outcome}</span></td></tr>`;
}

const isKept = ({ safety, outcome, limit }: Listed): boolean => Boolean(safety) && outcome === 'pass' && isZero(limit);

/** The safety limits that were kept, in one row: nothing happened that each of them forbids. */
function keptRow(checks: readonly Listed[], view: View): Markup {
  const names = checks.map(
    ({ name, title, means }, i) =>
      html`${i > 0 && ', '}<a class="name" id="limit-${name}" href="#measure-${name}" title="${means}">${title}</a>`,
  );
  const evidence = checks.flatMap((check) => check.evidence);
  return html`<tr role="row" class="pass"><th scope="row" role="rowheader">${names} <span class="tag">safety</span></th><td role="cell" class="number"><strong>0</strong> each ${view.citations.cite(evidence)}</td><td role="cell" class="number">≤ 0</td><td role="cell"><span class="outcome pass">${marks.pass} pass</span></td></tr>`;
}

/** A row each, but for safety limits that were kept: where there are several, they share the place of the first. */
function rows(checks: readonly Listed[], view: View): Markup[] {
  const kept = checks.filter(isKept);
  if (kept.length < 2) return checks.map((check) => row(check, view));
  return checks.flatMap((check) => {
    if (!isKept(check)) return [row(check, view)];
    return check === kept[0] ? [keptRow(kept, view)] : [];
  });
}

export function limits(view: View): Markup {
  const checks = listed(view.verdict);
  if (checks.length === 0)
    return html`<section id="limits"><h2>Limits</h2><p>This scenario sets no limit, so nothing was judged.</p></section>`;
  return html`<section id="limits"><h2>Limits</h2>
<table class="limits" role="table"><caption>A limit holds only if the whole interval of uncertainty is within it. The upright line in a bar is the limit.</caption>
<thead role="rowgroup"><tr role="row"><th scope="col" role="columnheader">measure</th><th scope="col" role="columnheader" class="number">measured</th><th scope="col" role="columnheader" class="number">limit</th><th scope="col" role="columnheader">verdict</th></tr></thead>
<tbody role="rowgroup">${rows(checks, view)}</tbody></table></section>`;
}
