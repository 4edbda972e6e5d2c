/** What to do about it: changes that would help, what changed since the last run, and a line to sign. */

import { html, type Markup } from '../../markup.ts';
import { type Fingerprint, namesThatDiffer } from '../../measure/compare/fingerprint.ts';
import { type Proposal, proposals } from '../../measure/proposals.ts';
import type { HistoryLine } from '../history.ts';
import { plural } from '../text.ts';
import { beforeAfter } from './before-after.ts';
import type { Citations } from './evidence.ts';
import { rangeText } from './figures/waterfall-rows.ts';
import type { View } from './view.ts';

/** More differences than this are counted, not listed. */
const mostListed = 8;

const item = (
  { program, before, after, savesMs, basis, why, evidence, risk }: Proposal,
  citations: Citations,
): Markup =>
  html`<li><p><b>Saves ${rangeText({ lowMs: Math.round(savesMs.low), highMs: Math.round(savesMs.high) })}</b> <span class="tag">${basis}</span> ${citations.cite(evidence)}: ${why}.</p>
<pre><code># ${program}
<del>- ${before}</del>
<ins>+ ${after}</ins></code></pre><p class="means">Risk: ${risk}.</p></li>`;

function changes(view: View): Markup {
  const { levers = [], explained } = view.known;
  const found = proposals(view.run, view.verdict, levers, explained);
  if (found.length > 0)
    return html`<ol class="proposals">${found.map((one) => item(one, view.citations))}</ol><p class="means">Predicted is the sum of timers with and without the change; measured is what <code>pgdrill explain</code> found by moving one at a time. Change one, and run the drill again.</p>`;
  const enough = 'that would save half a second or more';
  return explained
    ? html`<p>No change of a setting is proposed: ${plural(explained.runs, 'run')} of explain and the model of the timers know none ${enough}.</p>`
    : html`<p>No change of a setting is proposed: at the values in force the model of the timers knows none ${enough}. <code>pgdrill explain</code>, which measures it, has not been run for this drill.</p>`;
}

/** The newest earlier run of this scenario on this stack. */
function lastBefore({ verdict }: View, history: readonly HistoryLine[]): HistoryLine | undefined {
  const own = history.findIndex(({ run }) => run === verdict.run);
  const alike = history.slice(0, Math.max(0, own));
  return alike.findLast(({ scenario, stack }) => scenario === verdict.scenario && stack === verdict.stack);
}

/** What each was and is; of the scenario there is only a hash, which tells nobody anything. */
const changesBetween = (before: Fingerprint, after: Fingerprint): string[] =>
  namesThatDiffer([before, after]).map((name) =>
    name === 'scenario'
      ? 'the scenario itself: its drill, topology, load or limits'
      : `${name}: ${before[name] ?? 'not set'} → ${after[name] ?? 'not set'}`,
  );

function sinceLast(view: View): Markup {
  const { history = [] } = view.known;
  const last = lastBefore(view, history);
  const own = history.find(({ run }) => run === view.verdict.run);
  if (!last || !own) return html`<p>This is the first run of this scenario on this stack that is on record here.</p>`;
  const found = changesBetween(last.fingerprint, own.fingerprint);
  const when = html`the run of <time datetime="${last.startedAt}">${last.startedAt.slice(0, 16).replace('T', ' ')} UTC</time> (<code>${last.run}</code>)`;
  if (found.length === 0)
    return html`<p>Nothing changed since ${when}: machine, versions, topology, load and settings are the same, so the two can be compared.</p>`;
  const more = found.length - mostListed;
  return html`<p>Since ${when} there changed:</p><ul>${found.slice(0, mostListed).map((one) => html`<li>${one}</li>`)}${more > 0 && html`<li>and ${more} more</li>`}</ul>${beforeAfter(last, own)}`;
}

/** Empty boxes, for paper. */
const choices = ['accepted', 'change, then repeat', 'repeat as it is'].map(
  (choice) => html`<span class="choice"><span class="box"></span> ${choice}</span>`,
);
const signOff = html`<p class="sign">Decision: ${choices}</p><p class="sign">${['Name', 'Date'].map((word) => html`<span class="field-to-fill">${word} <span class="blank"></span></span>`)}</p>`;

/** The section: always there, because somebody has to decide something. */
export const act = (view: View): Markup =>
  html`<section id="act"><h2>Acting on it</h2>${changes(view)}<h3>What changed since the last run</h3>${sinceLast(view)}<h3>Sign-off</h3>${signOff}</section>`;
