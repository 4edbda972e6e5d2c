/** How far the count of lost writes reaches: writes without an answer, and what one run cannot rule out. One line. */
import { html, type Markup } from '../../../markup.ts';
import { counted } from '../../../measure/measured.ts';
import { failoversFor, failoversOf, losingPercent, losingShareMax } from '../../../measure/writes/durability.ts';
import { type LedgerDetail, ledgerDetail } from '../../../measure/writes/ledger.ts';
import { grouped } from '../../text.ts';
import { measuredOf, type View } from '../view.ts';

const percent = (share: number): string => `${grouped(Math.ceil(share * 100))}\u00a0%`;

/** A bound above this is no more than a guess. */
const worthNaming = 0.5;
/** A bound that a team may want. */
const bounding = 0.1;

function answered({ acknowledged, lost, kept, vanished }: LedgerDetail): string {
  const unknown = kept.length + vanished.length;
  const without =
    unknown === 0
      ? 'every write got a clear answer'
      : `${counted(unknown, 'write')} with unknown outcome: ${grouped(kept.length)} stored, ${grouped(vanished.length)} not (both are correct)`;
  return `${grouped(lost.length)} of ${counted(acknowledged, 'acknowledged write')} lost; ${without}.`;
}

/** Once a page: the rule of three for failovers without a loss (METRICS, "What a zero proves"). */
function ruledOut(failovers: number): string {
  if (failovers === 0) return 'This run had no failover, so it says nothing about losses in one.';
  const share = losingShareMax(failovers);
  if (share < worthNaming)
    return `${grouped(failovers)} failovers without a loss cannot rule it out in others (95\u00a0% confidence: up to ${losingPercent(failovers)}\u00a0% could lose data).`;
  const one =
    failovers === 1 ? 'One failover without a loss proves' : `${grouped(failovers)} failovers without a loss prove`;
  return `${one} little about others; ${failoversFor(bounding)} would bound the share that loses data at ${percent(bounding)} (docs/METRICS.md).`;
}

/** Below the figures of the first screen; nothing where the ledger says nothing, which the verdict then says. */
export function losses({ run, verdict }: View): Markup | undefined {
  const detail = ledgerDetail(run);
  const lost = measuredOf(verdict, 'lostWrites');
  if (!detail || !lost || lost.value === null) return undefined;
  const bound = lost.value === 0 ? ` ${ruledOut(failoversOf(run))}` : '';
  return html`<p class="small losses">${answered(detail)}${bound}</p>`;
}
