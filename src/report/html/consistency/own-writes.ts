/** What sessions saw of their own writes on replicas, before, during and after the failover. */
import { html, type Markup } from '../../../markup.ts';
import { counted } from '../../../measure/measured.ts';
import { lsnFloorMisses, lsnWait, type PeriodShare, periodShares } from '../../../measure/writes/own-writes.ts';
import { grouped } from '../../text.ts';
import { fold } from '../fold.ts';
import type { View } from '../view.ts';

const milliseconds = (value: number): string => `${grouped(value, 1)} ms`;

function rowOf({ period, writes, missed, writeMs: [median, most], longestMs }: PeriodShare): Markup {
  const share = `${grouped((missed / writes.length) * 100, 1)} %`;
  return html`<tr><th scope="row">${period} the failover</th><td class="number">${grouped(writes.length)}</td><td class="number">${grouped(missed)} (${share})</td><td class="number">${milliseconds(longestMs)}</td><td class="number">${milliseconds(median)}</td><td class="number">${milliseconds(most)}</td></tr>`;
}

/** Nothing where no session read its own writes. */
export function ownWrites(view: View): Markup | undefined {
  const shares = periodShares(view.run);
  if (shares.length === 0) return undefined;
  const [all, missed] = [shares.reduce((sum, { writes }) => sum + writes.length, 0), missedOf(shares)];
  const wait = lsnWait(view.run);
  const floor = lsnFloorMisses(view.run);
  const evidence = shares
    .flatMap(({ writes }) => writes.filter(({ misses }) => misses > 0))
    .slice(0, 3)
    .map(({ seq }) => seq);
  const waits =
    wait.value !== null &&
    html`<p>A session that waits for its LSN on the replica before it reads would have waited ${milliseconds(wait.value)} or less in 95 of 100 cases (${wait.note}). ${floor.value !== null && html`${counted(floor.value, 'write')} missing on a replica that had replayed past that LSN.`}</p>`;
  return fold({
    id: 'own-writes',
    title: 'Own writes on replicas',
    says:
      missed === 0 ? 'every first read found its write' : `${grouped(missed)} of ${grouped(all)} first reads missed`,
    body: html`<table><caption>Sessions write on the primary and read on a replica as soon as the write is acknowledged. ${view.citations.cite(evidence)}</caption><thead><tr><th scope="col">acknowledged</th><th scope="col" class="number">writes read back</th><th scope="col" class="number">missed by the first read</th><th scope="col" class="number">missing for at most</th><th scope="col" class="number">write, median</th><th scope="col" class="number">95 %</th></tr></thead><tbody>${shares.map(rowOf)}</tbody></table>${waits}`,
    onPaper: true,
  });
}

const missedOf = (shares: readonly PeriodShare[]): number => shares.reduce((sum, { missed }) => sum + missed, 0);
