/** What the drill left the system like: where the primary is now, how the old one came back, slots, backups. */
import { html, type Markup } from '../../markup.ts';
import { fold } from './fold.ts';
import type { View } from './view.ts';

/** Nothing where the system did not outlive the run. */
export function afterwards({ run }: View): Markup | undefined {
  const remarks = run.afterwards.flatMap((line) => line.remarks);
  if (remarks.length === 0) return undefined;
  const rows = remarks.map(({ name, text }) => html`<tr><th scope="row">${name}</th><td>${text}</td></tr>`);
  return fold({
    id: 'afterwards',
    title: 'What the drill leaves behind',
    says: 'roles, slots and backups after the run; nothing is switched back',
    body: html`<table><caption>The system after the run. The drill switched nothing back.</caption><tbody>${rows}</tbody></table>`,
  });
}
