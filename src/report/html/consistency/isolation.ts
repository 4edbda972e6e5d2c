/** The isolation of the transactions: what each anomaly is, and the transactions that show it. */

import type { Anomaly } from '../../../isolation/finding.ts';
import type { IsolationVerdict } from '../../../isolation/judge.ts';
import { meaningOf } from '../../../isolation/levels.ts';
import { sequenceOf, type Where } from '../../../journal/transactions/history.ts';
import { html, type Markup } from '../../../markup.ts';
import { isolationOf, replicaIsolationOf } from '../../../measure/isolation/isolation.ts';
import { counted } from '../../../measure/measured.ts';
import { grouped } from '../../text.ts';
import { dependencyGraph } from '../figures/dependency-graph.ts';
import { fold } from '../fold.ts';
import type { View } from '../view.ts';

/** Drawn in full; the others are counted. */
const mostDrawn = 5;

function shown(view: View, { lines }: IsolationVerdict, where: Where, anomaly: Anomaly): Markup {
  const { name, transactions, dependencies, text } = anomaly;
  const seqs = transactions.flatMap((t) => sequenceOf(view.run.transactions, t, where) ?? []);
  const graph = dependencies.length > 0 && transactions.length > 1 && dependencyGraph(anomaly);
  const operations = transactions.map((t) => html`<li><code>${lines[t]}</code></li>`);
  return html`<figure class="anomaly"><figcaption><strong>${name}</strong>: ${text}. ${view.citations.cite(seqs)}</figcaption>${graph}<ul>${operations}</ul></figure>`;
}

/** Nothing where no such transactions were run. */
export function isolation(view: View): Markup | undefined {
  const verdict = isolationOf(view.run);
  return verdict && section(view, verdict, 'primary', { id: 'isolation', title: 'Isolation' });
}

/** Nothing where no such transactions were run on replicas. */
export function replicaIsolation(view: View): Markup | undefined {
  const verdict = replicaIsolationOf(view.run);
  const about = { id: 'isolation-replicas', title: 'Isolation, replicas included' };
  return verdict && section(view, verdict, 'everywhere', about);
}

function section(view: View, verdict: IsolationVerdict, where: Where, about: { id: string; title: string }): Markup {
  const { level, transactions, counts, anomalies, lacks } = verdict;
  const { ok, failed, unknown } = transactions;
  const kinds = Object.entries(counts) as [Anomaly['name'], number][];
  const total = kinds.reduce((sum, [, count]) => sum + count, 0);
  const rows = kinds.map(
    ([name, count]) =>
      html`<tr><th scope="row">${name}<span class="means">${meaningOf(name)}</span></th><td class="number">${grouped(count)}</td></tr>`,
  );
  const table =
    total > 0 &&
    html`<table><thead><tr><th scope="col">anomaly</th><th scope="col" class="number">found</th></tr></thead><tbody>${rows}</tbody></table>`;
  const ran = html`<p>${counted(ok, 'transaction')} committed under ${level}, ${grouped(failed)} rolled back, ${grouped(unknown)} without an answer to their commit.${lacks && html` Undecided: ${lacks}.`}</p>`;
  const drawn = anomalies.slice(0, mostDrawn).map((anomaly) => shown(view, verdict, where, anomaly));
  const key =
    drawn.length > 0 &&
    html`<p class="small">Arrows lead from the earlier to the later transaction, with the key: ww appended after it, wr read its append, rw (dashed) made the version that it missed.</p>`;
  const says =
    total === 0 ? (lacks ? 'undecided' : `no anomaly under ${level}`) : counted(total, 'anomaly', 'anomalies');
  return fold({ ...about, says, body: html`${ran}${table}${drawn}${key}`, onPaper: true });
}
