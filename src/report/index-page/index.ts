/** The page over all runs: what passed in which month, and how each measure moved, every run a point. */

import { html } from '../../markup.ts';
import { counted } from '../../measure/measured.ts';
import type { HistoryLine } from '../history.ts';
import { page } from '../html/page.ts';

import { matrix } from './matrix.ts';
import { trends } from './trends.ts';

/**
 * Renders the index of all runs.
 * @param history oldest first, as `readHistory` gives it
 * @param linkOf where the report of a run is, relative to the page
 */
export function renderIndex(
  history: readonly HistoryLine[],
  linkOf: (run: string) => string = (run) => `${encodeURIComponent(run)}/report.html`,
): string {
  const scenarios = [...Map.groupBy(history, (line) => line.scenario)].sort(([a], [b]) => (a < b ? -1 : 1));
  const last = history.at(-1);
  const newest =
    last &&
    html`<p class="lede">The newest: <a href="${linkOf(last.run)}">${last.startedAt.slice(0, 10)}</a>, ${last.sentence}</p>`;
  const nothing = html`<p>No run is recorded yet. Runs appear here as soon as they end.</p>`;
  return page({
    title: 'pgdrill: all drills',
    body: html`<header><p class="overline">pgdrill</p><h1>All drills</h1><p class="asks">${counted(history.length, 'run')} of ${counted(scenarios.length, 'scenario')}</p>${newest}</header><main id="main">${history.length === 0 ? nothing : [matrix(scenarios, linkOf), ...scenarios.map(([name, lines]) => trends(name, lines))]}</main><footer>Made by pgdrill from the history of its runs. Every run is shown; none is averaged away.</footer>`,
  });
}
