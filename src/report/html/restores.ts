/** Backups and restores: what was taken, what each restore held, and how long it took for how much. */
import type { EventOf } from '../../journal/event.ts';
import { html, type Markup } from '../../markup.ts';
import { type ComparedRestore, comparedRestores } from '../../measure/backups/pitr.ts';
import { counted } from '../../measure/measured.ts';
import { grouped, seconds } from '../text.ts';
import { fold } from './fold.ts';
import type { View } from './view.ts';

const megabytes = (bytes: number | undefined): string => (bytes === undefined ? '–' : `${grouped(bytes / 1e6, 1)} MB`);

function backupRow({ citations }: View, backup: EventOf<'backup'>): Markup {
  const what = backup.outcome === 'ok' ? `${backup.id} from ${backup.instance}` : `failed: ${backup.cause}`;
  return html`<tr><th scope="row">${what}</th><td class="number">${seconds(backup.untilUs - backup.fromUs)}</td><td class="number">${megabytes(backup.bytes)} ${citations.cite([backup.seq])}</td></tr>`;
}

function restoreRow(view: View, restore: EventOf<'restore'>): Markup {
  const { target, bytes, readBytes } = restore;
  const aim = target.kind === 'latest' ? 'as far as the archive goes' : `to “${target.mark}”, ${target.serverTime}`;
  const took = seconds(restore.untilUs - restore.fromUs);
  const compared = comparedRestores(view.run).find((one) => one.restore === restore);
  const failure = restore.cause && html`<span class="means">failed: ${restore.cause}</span>`;
  return html`<tr><th scope="row">${aim}${failure}</th><td class="number">${took}</td><td class="number">${megabytes(bytes)}</td><td class="number">${megabytes(readBytes)}</td>${held(view, compared)}</tr>`;
}

function held({ citations }: View, compared: ComparedRestore | undefined): Markup {
  if (!compared) return html`<td colspan="3">not looked at</td>`;
  const { due, missing, extra, foreign, ambiguous, restore, proof } = compared;
  const evidence = citations.cite([restore.seq, proof.seq]);
  return html`<td class="number">${grouped(missing.length)} of ${grouped(due)}</td><td class="number">${grouped(extra.length + foreign)}</td><td class="number">${grouped(ambiguous)} ${evidence}</td>`;
}

const backupsTable = (view: View): Markup =>
  html`<table><caption>Base backups, each with the WAL that it needs.</caption><thead><tr><th scope="col">backup</th><th scope="col" class="number">took</th><th scope="col" class="number">in the store</th></tr></thead><tbody>${view.run.backups.map((backup) => backupRow(view, backup))}</tbody></table>`;

const restoresTable = (view: View): Markup =>
  html`<table><caption>Restores, each into a new instance that could not write back and was thrown away. Missing: acknowledged before the moment and not there. Extra: there, though sent after it or never. Undecided: in flight at the moment, or within the uncertainty of the clocks.</caption><thead><tr><th scope="col">restored</th><th scope="col" class="number">took</th><th scope="col" class="number">restored</th><th scope="col" class="number">read</th><th scope="col" class="number">missing</th><th scope="col" class="number">extra</th><th scope="col" class="number">undecided</th></tr></thead><tbody>${view.run.restores.map((restore) => restoreRow(view, restore))}</tbody></table>`;

/** Nothing where the run had nothing to do with backups. */
export function restores(view: View): Markup | undefined {
  const { backups, restores } = view.run;
  if (backups.length + restores.length === 0) return undefined;
  const body = html`${backups.length > 0 && backupsTable(view)}${restores.length > 0 && restoresTable(view)}`;
  const says = `${counted(backups.length, 'backup')}, ${counted(restores.length, 'restore')}`;
  return fold({ id: 'restores', title: 'Backups and restores', says, body, onPaper: true });
}
