/** The ledger: the answers that clients got to their writes against what the servers held in the end. */
import type { Run } from '../../journal/run.ts';
import { html, type Markup, type Piece } from '../../markup.ts';
import { type LedgerDetail, ledgerDetail } from '../../measure/writes/ledger.ts';
import { grouped } from '../text.ts';
import { timelineFork } from './figures/fork.ts';
import { fold } from './fold.ts';
import { measuredOf, type View } from './view.ts';

const keysShown = 10;

interface Row {
  readonly name: string;
  readonly n: number;
  readonly means: string;
  readonly keys?: Piece;
  /** More than none is a breach of what a database promises. */
  readonly grave?: boolean;
}

/** The first writes as (worker, op), each linked to its record. */
function keysOf({ run, citations }: View, rows: readonly number[]): Piece {
  const shown = rows.slice(0, keysShown).map((row) => {
    const seq = run.ops.seq[row]!;
    return html`<span class="key-of-write">(${run.ops.worker[row]}, ${run.ops.op[row]}) ${citations.cite([seq])}</span> `;
  });
  return rows.length > keysShown ? [...shown, `and ${grouped(rows.length - keysShown)} more`] : shown;
}

const plainKeys = (keys: readonly (readonly number[])[], n: number): string => {
  const shown = keys.slice(0, keysShown).map((key) => `(${key.join(', ')})`);
  return [...shown, ...(n > shown.length ? [`and ${grouped(n - shown.length)} more`] : [])].join(' ');
};

function rowsOf(view: View, detail: LedgerDetail): Row[] {
  const keys = (rows: readonly number[]) => keysOf(view, rows);
  const { lost, kept, vanished, resurrected, lostLocally, duplicates, foreign, foreignKeys } = detail;
  return [
    { name: 'attempted', n: detail.attempted, means: 'writes that were due' },
    { name: 'ok', n: detail.acknowledged, means: 'acknowledged to the client' },
    {
      name: 'ok locally',
      n: detail.acknowledgedLocally,
      means: 'acknowledged with the warning that no synchronous standby has it',
    },
    { name: 'failed', n: detail.failed, means: 'certainly not done' },
    { name: 'unknown', n: detail.unknown, means: 'sent, and no answer that says whether it was done' },
    { name: 'lost', n: lost.length, means: 'acknowledged and not there', keys: keys(lost), grave: true },
    {
      name: 'lost, ok locally',
      n: lostLocally.length,
      means: 'acknowledged with the warning and not there',
      keys: keys(lostLocally),
    },
    {
      name: 'resurrected',
      n: resurrected.length,
      means: 'certainly failed and there all the same',
      keys: keys(resurrected),
      grave: true,
    },
    {
      name: 'duplicated',
      n: duplicates.length,
      means: 'there more than once (worker, op, times)',
      keys: plainKeys(duplicates, duplicates.length),
      grave: true,
    },
    {
      name: 'foreign',
      n: foreign,
      means: 'there and written by no client of this run',
      keys: plainKeys(foreignKeys, foreign),
      grave: true,
    },
    { name: 'kept', n: kept.length, means: 'unknown outcome, and there: legal', keys: keys(kept) },
    { name: 'vanished', n: vanished.length, means: 'unknown outcome, and not there: legal', keys: keys(vanished) },
  ];
}

const tableRow = ({ name, n, means, keys, grave }: Row): Markup =>
  html`<tr${grave && n > 0 && html` class="fail"`}><th scope="row"><span class="name">${name}</span><span class="means">${means}</span></th><td class="number"><b>${grouped(n)}</b></td><td>${keys}</td></tr>`;

/** Who was read, and who was not because it was not known to have caught up. */
function readers(run: Run, detail: LedgerDetail): string {
  const standbys = run.ledgers.filter(({ role }) => role === 'replica').map(({ instance }) => instance);
  const compared = [...new Set(standbys)].filter((instance) => !detail.behind.includes(instance));
  const also = compared.length > 0 ? ` and from ${compared.join(', ')}` : '';
  const behind =
    detail.behind.length > 0 ? ` Not compared, because not known to have caught up: ${detail.behind.join(', ')}.` : '';
  return `Read on new connections from the primary ${detail.line.instance}${also}: ${grouped(detail.line.rows)} rows on timeline ${detail.line.timeline}.${behind}`;
}

export function ledger(view: View): Markup {
  const detail = ledgerDetail(view.run);
  const restored = measuredOf(view.verdict, 'restoreLostWrites');
  // Of a cluster that is gone only the restore says what became of its writes.
  if (!detail && restored?.value != null)
    return fold({
      ...{ id: 'ledger', title: 'The ledger', says: 'read from the restored instance' },
      body: html`<p>The cluster was gone at the end, so the ledger was read from the restored instance alone: ${grouped(restored.value)} lost, ${restored.note}. ${view.citations.cite(restored.evidence)}</p>`,
    });
  if (!detail)
    return fold({
      ...{ id: 'ledger', title: 'The ledger', says: 'whether a write was lost is unknown' },
      body: html`<p>The ledger was not read on the primary at the end, so whether a write was lost is <b>unknown</b>.</p>`,
    });
  const contradictions = detail.contradictions.map((text) => html`<li>${text}</li>`);
  const lostOn = detail.lostOn.map(
    ({ instance, rows }) => html`<p>${instance} had caught up and lacks: ${keysOf(view, rows)}</p>`,
  );
  const rows = rowsOf(view, detail);
  const zero = rows.filter(({ n }) => n === 0).map(({ name, means }) => `${name} (${means})`);
  const none = zero.length > 0 ? html`<p class="small">None of these: ${zero.join('; ')}.</p>` : undefined;
  const body = html`<p>${readers(view.run, detail)} ${view.citations.cite(view.run.ledgers.slice(0, 20).map(({ seq }) => seq))}</p>
${contradictions.length > 0 && html`<div class="doubts"><ul>${contradictions}</ul></div>`}
<table class="ledger"><caption>Every write by the answer its client got, and what became of it. Keys are (worker, op).</caption><thead><tr><th scope="col">writes</th><th scope="col" class="number">how many</th><th scope="col">the first of them</th></tr></thead><tbody>${rows.filter(({ n }) => n > 0).map(tableRow)}</tbody></table>${none}${lostOn}${timelineFork(view, detail)}`;
  const says = `${grouped(detail.acknowledged)} writes acknowledged, ${grouped(detail.lost.length)} lost`;
  return fold({ id: 'ledger', title: 'The ledger', says, body });
}
