/** The run second by second: panels on one time axis, from what clients saw down to what the system did. */
import { html, type Markup } from '../../../markup.ts';
import { faultText } from '../../broken.ts';
import { grouped } from '../../text.ts';
import { availability } from '../availability.ts';
import { clients } from '../clients.ts';
import { fold } from '../fold.ts';
import type { View } from '../view.ts';
import { writes } from '../writes.ts';
import { edges } from './edges.ts';
import { latency } from './latency.ts';
import { roles } from './roles.ts';
import { storm } from './storm.ts';

const panels = [availability, writes, clients, latency, storm, roles] as const;

/** Each fault with its steps, when they were and what proved them. */
function faultTable({ run, frame, citations }: View): Markup | undefined {
  if (run.faults.length === 0) return undefined;
  const rows = run.faults.map(
    (line) =>
      html`<tr><th scope="row">${faultText(line)}: ${line.step}</th><td class="number">${grouped((line.beforeUs - frame.zeroUs) / 1e6, 2)} to ${grouped((line.afterUs - frame.zeroUs) / 1e6, 2)}<span class="unit">\u202fs</span> ${citations.cite([line.seq])}</td><td class="wide-only">${line.proof ?? '–'}</td></tr>`,
  );
  return html`<table class="faults"><caption>Steps of the faults, as the clock read before and after each call; 0 is the middle of the injection</caption><thead><tr><th scope="col">step</th><th scope="col" class="number">when</th><th scope="col" class="wide-only">proof</th></tr></thead><tbody>${rows}</tbody></table>`;
}

/** The section, or nothing where neither load nor observer left a trace. */
export function timeline(view: View): Markup | undefined {
  const drawn = panels.map((panel) => panel(view)).filter((panel) => panel !== undefined);
  if (drawn.length === 0) return undefined;
  const zero = view.frame.hasFault
    ? 'the fault. The red line is its injection, the dashed lines are recovery start and end'
    : 'the start of the load';
  const body = html`${faultTable(view)}<p class="small">All panels share one axis: the time since ${zero}.</p><div class="stack">${drawn}</div>${edges(view)}`;
  return fold({
    id: 'timeline',
    title: 'Second by second',
    says: 'availability, writes, clients, latency, PgBouncer and roles on one time axis',
    body,
  });
}
