/** What follows from a run: what changed since the last one, and a line to sign. */
import { html, type Markup } from '../../markup.ts';
import { type Fingerprint, namesThatDiffer } from '../../measure/compare/fingerprint.ts';
import type { HistoryLine } from '../history.ts';
import { beforeAfter } from './before-after.ts';
import { fold } from './fold.ts';
import type { View } from './view.ts';

/** More differences than this are counted, not listed. */
const mostListed = 8;

/** The newest earlier run of this scenario on this stack. */
function lastBefore({ verdict }: View, history: readonly HistoryLine[]): HistoryLine | undefined {
  const own = history.findIndex(({ run }) => run === verdict.run);
  const alike = history.slice(0, Math.max(0, own));
  return alike.findLast(({ scenario, stack }) => scenario === verdict.scenario && stack === verdict.stack);
}

/**
 * What each was and is. A name that only one of them has comes with another version of pgdrill, which began to record it:
 * nobody changed that setting. Of the scenario there is only a hash, which says nothing to a reader.
 */
const changesBetween = (before: Fingerprint, after: Fingerprint): string[] =>
  namesThatDiffer([before, after])
    .filter((name) => before[name] !== undefined && after[name] !== undefined)
    .map((name) =>
      name === 'scenario'
        ? 'the scenario: its drill, topology, load or limits'
        : `${name}: ${before[name]} → ${after[name]}`,
    );

interface Since {
  readonly says: string;
  readonly body: Markup;
}

function sinceLast(view: View): Since {
  const { history = [] } = view.known;
  const last = lastBefore(view, history);
  const own = history.find(({ run }) => run === view.verdict.run);
  if (!last || !own)
    return {
      says: 'the first run of this scenario on this stack here',
      body: html`<p>This is the first run of this scenario on this stack in this folder: there is nothing to compare it with yet.</p>`,
    };
  const found = changesBetween(last.fingerprint, own.fingerprint);
  const when = html`the run of <time datetime="${last.startedAt}">${last.startedAt.slice(0, 16).replace('T', ' ')} UTC</time> (<code>${last.run}</code>)`;
  if (found.length === 0)
    return {
      says: 'nothing changed',
      body: html`<p>Nothing changed since ${when}: machine, versions, topology, load and settings are the same, so the two can be compared.</p>${beforeAfter(last, own)}`,
    };
  const more = found.length - mostListed;
  return {
    says: found.length === 1 ? 'one thing changed' : `${found.length} things changed`,
    body: html`<p>Changed since ${when}:</p><ul>${found.slice(0, mostListed).map((one) => html`<li>${one}</li>`)}${more > 0 && html`<li>and ${more} more</li>`}</ul>${beforeAfter(last, own)}`,
  };
}

/** Empty boxes, for paper. */
const choices = ['accepted', 'change, then repeat', 'repeat as it is'].map(
  (choice) => html`<span class="choice"><span class="box"></span> ${choice}</span>`,
);
const signOff = html`<p class="sign">Decision: ${choices}</p><p class="sign">${['Name', 'Date'].map((word) => html`<span class="field-to-fill">${word} <span class="blank"></span></span>`)}</p>`;

export function act(view: View): Markup {
  const { says, body } = sinceLast(view);
  return html`${fold({ id: 'since', title: 'Since the last run', says, body })}${fold({ id: 'act', title: 'Sign-off', says: 'who decided what', body: signOff, onPaper: true })}`;
}
