/** What the scenario and pgdrill remarked: what a verb waited for in vain with its cause, and the scenario's own notes. */
import { html, type Markup } from '../../../markup.ts';
import { grouped } from '../../text.ts';
import { fold } from '../fold.ts';
import type { View } from '../view.ts';

/** Nothing where nobody remarked anything but the usual. */
export function remarks({ run, frame, citations }: View): Markup | undefined {
  const shown = run.notes.filter(({ level, by }) => by === 'scenario' || level !== 'info');
  if (shown.length === 0) return undefined;
  const rows = shown.map(({ text, by, tUs, seq }) => {
    const when = `${grouped((tUs - frame.zeroUs) / 1e6, 1)} s`;
    return html`<tr><td>${when}</td><th scope="row">${by === 'scenario' ? 'the scenario' : 'pgdrill'}</th><td>${text} ${citations.cite([seq])}</td></tr>`;
  });
  return fold({
    id: 'remarks',
    title: 'Remarks',
    says: `${shown.length === 1 ? 'a remark' : `${shown.length} remarks`} of the scenario and of pgdrill`,
    body: html`<table><caption>What was remarked, by the time since the fault.</caption><tbody>${rows}</tbody></table>`,
  });
}
