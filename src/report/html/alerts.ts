/** Whether an alert would have fired: the alert conditions, evaluated from what the exporters said during the run. */

import type { Run } from '../../journal/run.ts';
import { html, type Markup } from '../../markup.ts';
import { scrapesSince, scrapesText } from '../../measure/advice/unseen-alerts.ts';
import { type AlertCondition, alertConditions, type Firing, conditions as known } from '../../measure/alerts/alerts.ts';
import { connectionsTrouble, sleptThrough } from '../../measure/alerts/missed-alerts.ts';
import { counted } from '../../measure/measured.ts';
import { rejections } from '../../measure/poolers/rejections.ts';
import { grouped, seconds } from '../text.ts';
import { fold } from './fold.ts';
import type { View } from './view.ts';

/** How the values of each condition are written; those of others as plain numbers. */
const written: Readonly<Record<string, (value: number) => string>> = {
  'replication lag': (bytes) => `${grouped(bytes / 1e6, 2)} MB`,
  'archiving stalled': (heldSeconds) => `${grouped(heldSeconds)} s`,
  'database size': (share) => `${grouped(share * 100, 1)} % of the volume`,
  connections: (share) => `${grouped(share * 100, 1)} % of max_connections`,
  'exporter shut out': (out) => (out > 0 ? 'cannot log in' : 'logs in'),
};

const amountOf = (name: string, value: number): string =>
  (written[name] ?? ((number: number) => grouped(number, 2)))(value);

/** Nothing where no exporter was scraped. */
export function alerts(view: View): Markup | undefined {
  const conditions = alertConditions(view.run);
  if (conditions.length === 0) return undefined;
  const rows = conditions.flatMap((condition) => rowsOf(view, condition));
  return fold({
    id: 'alerts',
    title: 'Alerts',
    says: saysOf(view, conditions),
    body: html`${missed(view)}${firedInItsPlace(view)}<table><caption>Alert conditions, evaluated from every scrape of the exporters; when a condition began to hold is known to within one scrape interval and the age of the exporter’s answer.</caption><thead><tr><th scope="col">condition</th><th scope="col">held</th><th scope="col" class="number">value</th><th scope="col" class="number">beyond</th></tr></thead><tbody>${rows}</tbody></table>`,
  });
}

/** What an operator would have heard. */
function saysOf({ run }: View, conditions: readonly AlertCondition[]): string {
  const fired = conditions.filter(({ quiet }) => !quiet).map(({ name }) => name);
  if (sleptThrough(run).length > 0) return 'no alert would have fired, although log-ins were refused';
  return fired.length > 0 ? `would have fired: ${fired.join(', ')}` : 'no condition held';
}

function rowsOf({ citations }: View, { name, threshold, firings, quiet }: AlertCondition): Markup[] {
  const row = (held: string, value: number, source: string, seqs: readonly number[]) =>
    html`<tr><th scope="row">${name} <span class="means">${source}</span></th><td>${held}</td><td class="number">${amountOf(name, value)} ${citations.cite(seqs)}</td><td class="number">${amountOf(name, threshold)}</td></tr>`;
  if (quiet) return [row('never; the highest was', quiet.value, quiet.source, [quiet.seq])];
  return firings.map((firing) =>
    row(
      heldText(firing),
      firing.from.value,
      firing.from.source,
      [firing.from, firing.until].flatMap((line) => line?.seq ?? []),
    ),
  );
}

function heldText({ from, until, delayUs }: Firing): string {
  const began = delayUs === undefined ? `from ${seconds(from.tUs)}` : `${seconds(delayUs)} after the fault`;
  return `${began}, ${until ? `for ${seconds(until.tUs - from.tUs)}` : 'to the end'}`;
}

/** `at least 12 log-ins were`: fewer may have been logged than were refused. */
const refused = (run: Run): string => {
  const { count, isCut } = rejections(run);
  return `${isCut ? 'at least ' : ''}${counted(count, 'log-in was', 'log-ins were')}`;
};

/** An alert that should have fired and did not. */
function missed({ run, citations }: View): Markup | undefined {
  const evidence = sleptThrough(run);
  if (evidence.length === 0) return undefined;
  return html`<p><strong>No alert would have fired.</strong> ${refused(run)} refused because every connection was taken, but neither did the condition on connections hold in a scrape, nor did one report that the exporter was shut out (<code>cnpg_collector_up</code> was 0) ${citations.cite(evidence)}. ${scrapesText(run) || 'Why is not in the journal: it holds no scrape of the primary’s exporter from that time.'} ${citations.cite(scrapesSince(run)?.evidence ?? [])}</p>`;
}

/** The condition that should have fired did not; another did. */
function firedInItsPlace({ run }: View): Markup | undefined {
  if (connectionsTrouble(run)?.shown?.name !== known.shutOut) return undefined;
  return html`<p>${refused(run)} refused because every connection was taken, and the condition on connections did not fire first: the exporter was refused too, and reported no backends. The condition that fired is that the exporter was shut out (<code>cnpg_collector_up</code> was 0).</p>`;
}
