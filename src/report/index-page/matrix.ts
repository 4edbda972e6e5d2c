/** Scenarios against months: each run a mark that leads to its report. */

import { html, type Markup } from '../../markup.ts';
import type { HistoryLine } from '../history.ts';

const monthsShown = 12;
/** On a narrow screen only the newest. */
const monthsOnPhone = 3;
const signs = { pass: '✓', fail: '✗', unknown: '?' } as const;

const monthOf = (line: HistoryLine): string => line.startedAt.slice(0, 7);

/** Every month from the first run's to the last's, the newest twelve of them: a month without a drill is news, too. */
function monthsOf(lines: readonly HistoryLine[]): string[] {
  const all = lines.map(monthOf).sort();
  const months: string[] = [];
  for (let month = all[0]!; month <= all.at(-1)!; month = monthAfter(month)) months.push(month);
  return months.slice(-monthsShown);
}

function monthAfter(month: string): string {
  const [year, number] = month.split('-').map(Number) as [number, number];
  return number === 12 ? `${year + 1}-01` : `${year}-${String(number + 1).padStart(2, '0')}`;
}

const mark = (line: HistoryLine, linkOf: (run: string) => string): Markup =>
  html`<a class="run-mark ${line.outcome}" href="${linkOf(line.run)}" title="${line.startedAt.slice(0, 16).replace('T', ' ')}: ${line.sentence}" aria-label="${line.outcome}, ${line.startedAt.slice(0, 10)}">${signs[line.outcome]}</a>`;

/** The table; months before the newest twelve are counted in one column. */
export function matrix(
  scenarios: readonly (readonly [string, readonly HistoryLine[]])[],
  linkOf: (run: string) => string,
): Markup {
  const months = monthsOf(scenarios.flatMap(([, lines]) => lines));
  const narrow = (i: number) => (i < months.length - monthsOnPhone ? 'wide-only' : '');
  const head = months.map((month, i) => html`<th scope="col" class="${narrow(i)}">${month}</th>`);
  const rows = scenarios.map(([name, lines]) => {
    const cells = months.map((month, i) => {
      const marks = lines.filter((line) => monthOf(line) === month).map((line) => mark(line, linkOf));
      return html`<td class="${narrow(i)}">${marks.length > 0 ? marks : html`<span class="none" aria-label="no drill">–</span>`}</td>`;
    });
    const earlier = lines.filter((line) => monthOf(line) < months[0]!).length;
    return html`<tr><th scope="row"><a href="#scenario-${name}">${name}</a>${earlier > 0 && html`<span class="means">and ${earlier} earlier</span>`}</th>${cells}</tr>`;
  });
  return html`<section id="months"><h2>By month</h2><table class="matrix"><caption>Every run by scenario and month: ✓ passed, ✗ broke a limit, ? unknown. Each links to its report.</caption><thead><tr><th scope="col">scenario</th>${head}</tr></thead><tbody>${rows}</tbody></table></section>`;
}
