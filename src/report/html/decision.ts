/** The part of the first screen that somebody acts on: why it took so long, and what would change it. */
import { html, type Markup } from '../../markup.ts';
import { brokenTime } from '../../measure/advice/of-broken-limit.ts';
import type { Proposal } from '../../measure/advice/proposal.ts';
import { changesFor } from '../../measure/advice/proposals.ts';
import { whyOf } from '../../measure/advice/why.ts';
import { counted } from '../../measure/measured.ts';
import { titleOf } from '../../measure/metrics.ts';
import { bases, leftWords } from '../proposal-words.ts';
import { amount, doubtsShown } from '../text.ts';
import { rangeText } from './figures/waterfall-rows.ts';
import { measuredOf, type View } from './view.ts';

/** Why the run is discarded as evidence: never folded away. */
function doubts({ run, verdict }: View): Markup | undefined {
  const all = [...doubtsShown(verdict), ...run.defects.map((defect) => `the journal: ${defect}`)];
  if (all.length === 0) return undefined;
  return html`<div class="doubts" role="note"><h2>Why this run cannot pass as it is</h2><ul>${all.map((doubt) => html`<li>${doubt}</li>`)}</ul></div>`;
}

function why({ verdict, citations }: View): Markup | undefined {
  const parts = whyOf(verdict);
  if (parts.length === 0) return undefined;
  return html`<h2>Why</h2><p class="lede">${parts.map(({ text, evidence }) => html`${text} ${citations.cite(evidence)} `)}</p>`;
}

/** The time that a change shortens: that of the limit that broke, else the longest outage. */
function shortened({ verdict }: View): {
  readonly value: number | null;
  readonly max: number | undefined;
  readonly name: string;
} {
  const broken = brokenTime(verdict.checks);
  const metric = broken?.metric ?? 'writeOutageMs';
  const max = verdict.checks.find((one) => one.metric === metric)?.limit.max;
  const value = (broken ?? measuredOf(verdict, metric))?.value ?? null;
  return { value, max, name: metric === 'writeOutageMs' ? 'outage' : titleOf(metric) };
}

/** The measured outage and what the model leaves of it, one above the other, to the same scale. */
function whatIf(view: View, { savesMs }: Proposal): Markup | undefined {
  const { value: now, max: limit, name } = shortened(view);
  if (!now) return undefined;
  const top = Math.max(now, limit ?? 0) * 1.02;
  const percent = (ms: number): string => `${((100 * Math.max(0, ms)) / top).toFixed(1)}%`;
  const [least, most] = [Math.max(0, now - savesMs.high), Math.max(0, now - savesMs.low)];
  const then = rangeText({ lowMs: Math.round(least), highMs: Math.round(most) });
  const words = `the ${name} of ${amount(Math.round(now), 'ms')} would last ${then}`;
  return html`<svg class="what-if" height="26" role="img" aria-label="${words}"><rect class="track" width="${percent(now)}" height="7" y="3"/><rect class="then-range" width="${percent(most)}" height="7" y="15"/><rect class="then" width="${percent(least)}" height="7" y="15"/>${limit !== undefined && html`<line class="limit-line" x1="${percent(limit)}" x2="${percent(limit)}" y1="0" y2="26"/>`}</svg>`;
}

const outageText = (view: View): string => {
  const { value, name } = shortened(view);
  return `the ${name} as measured, ${value ? amount(Math.round(value), 'ms') : 'unknown'}`;
};

const limitWords = (view: View): string => {
  const { max } = shortened(view);
  return max === undefined ? '' : `; upright line: the limit, ${amount(max, 'ms')}`;
};

function item(view: View, proposal: Proposal): Markup {
  const { name, from, to, undo, also = [], savesMs, basis, program, before, after, why, risk, evidence } = proposal;
  const saves = rangeText({ lowMs: Math.round(savesMs.low), highMs: Math.round(savesMs.high) });
  return html`<li><p><b>${undo && html`Undo <code>--with ${name}=${from.split(' ')[0]}</code>: set `}${!undo && 'Set '}<code>${name}</code> from ${from} to ${to}</b>${also.length > 0 && html`, together with ${also.map((one, i) => html`${i > 0 ? ' and ' : ''}<code>${one}</code>`)}`}: saves ${saves}${leftWords(view.verdict, savesMs)} <span class="tag">${bases[basis]}</span> <span class="means">Risk: ${risk}.</span></p>${whatIf(view, proposal)}
<details><summary>How, and why</summary><pre><code># ${program}
${before.map((line) => html`<del>- ${line}</del>\n`)}${after.map((line) => html`<ins>+ ${line}</ins>\n`)}</code></pre><p>Why: ${why} ${view.citations.cite(evidence)}.</p></details></li>`;
}

function what(view: View): Markup {
  const { levers = [], explained } = view.known;
  const { proposals, otherwise } = changesFor(view.run, view.verdict, levers, explained);
  if (proposals.length > 0)
    return html`<h2>What to change</h2>${otherwise && html`<p>${otherwise}</p>`}<ol class="proposals">${proposals.map((one) => item(view, one))}</ol><p class="means">Red: ${outageText(view)}; green: what is left of it with the change${limitWords(view)}. Change one, then run the drill again.${!explained && html` <code>pgdrill explain ${view.verdict.scenario}</code> measures instead of modelling.`}</p>`;
  const measured = explained
    ? html` ${counted(explained.runs, 'run')} of pgdrill explain found none either.`
    : undefined;
  return html`<h2>What to change</h2><p>${otherwise}${measured}</p>`;
}

/** The section: always there, for somebody has to decide something. */
export const decision = (view: View): Markup =>
  html`<section id="decision">${doubts(view)}<div class="reason">${why(view)}</div>${what(view)}</section>`;
