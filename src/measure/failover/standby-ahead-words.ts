/** What it means that a standby is ahead of the new primary, and what to do about it, in words. */
import type { Run } from '../../journal/run.ts';
import { lsnText } from '../../postgres/lsn.ts';
import { faultWindows } from '../availability/fault-windows.ts';
import { inSeconds, ms } from '../measured.ts';
import { type Ahead, aheadOf } from './standby-ahead.ts';

export interface AheadWords {
  /** A clause that begins with the instance. */
  readonly why: string;
  /** Sentences. */
  readonly advice: string;
}

/** Of the first instance that was seen ahead by `untilUs`, or of `instance`; undefined where none was. */
export function aheadWords(run: Run, { untilUs = Infinity, instance }: Asked = {}): AheadWords | undefined {
  const found = aheadOf(run).find((one) => one.seenUs <= untilUs && (!instance || one.instance === instance));
  if (!found) return undefined;
  const isOperator = Object.keys(run.stack?.settings ?? {}).some((name) => name.startsWith('cloudnativepg.'));
  const unrepaired = isOperator ? ', and CloudNativePG does not repair such a standby' : '';
  return {
    why: `${found.instance} is ahead of ${found.primary}, the new primary: it had replayed WAL up to ${lsnText(found.lsn)} of an older timeline, and timeline ${found.timeline} begins at ${lsnText(found.primaryLsn)} or before. A standby follows a new timeline only from a point that it has not passed${unrepaired}.${streamedOn(run, found)}${logged(run)}`,
    advice: isOperator ? cloneAgain(found) : rewind(found),
  };
}

interface Asked {
  readonly untilUs?: number;
  readonly instance?: string;
}

/** Where the WAL came from: the old primary, which served its standby on. */
function streamedOn(run: Run, { instance, primary, from }: Ahead): string {
  const heal = faultWindows(run)[0]?.heal;
  if (!from || from.instance === primary) return '';
  const elected = run.roles.find(({ role, instance: name }) => role === 'elected' && name === primary);
  const sinceHealMs = heal && ms(from.untilUs - heal.lo);
  const until =
    sinceHealMs !== undefined && sinceHealMs > 0 ? `${inSeconds(sinceHealMs)} s after the fault had ended` : '';
  const late =
    elected && elected.tUs < from.untilUs
      ? `${inSeconds(ms(from.untilUs - elected.tUs))} s after ${primary} had been chosen`
      : '';
  const when = [until, late].filter(Boolean).join(', ');
  return ` ${instance} had streamed from ${from.instance}, the old primary, ${when ? `until ${when}` : `on timeline ${from.timeline}`}.`;
}

const saysSo =
  /new timeline \d+ forked off current database system timeline \d+ before current recovery point [\dA-F/]+/;

/** What its log said, where the run noted it. */
function logged({ notes }: Run): string {
  const line = notes.flatMap(({ text }) => saysSo.exec(text)?.[0] ?? [])[0];
  return line ? ` The logs say: ${line}.` : '';
}

const looksLike = ({ instance, timeline, lsn, primary }: Ahead): string =>
  `To be sure, look for “new timeline ${timeline} forked off current database system timeline … before current recovery point ${lsnText(lsn)}” in the log of ${instance}, and for “requested starting point … is not in this server's history” in that of ${primary}.`;

const onlyThere = 'Before that, copy what it holds beyond the fork if you may need it: no other standby has it.';

/** `postgres-3` is instance 3 of the Cluster postgres. */
function cloneAgain(found: Ahead): string {
  const [, cluster, serial] = /^(.+)-(\d+)$/.exec(found.instance) ?? [];
  const command = cluster === undefined ? 'kubectl cnpg destroy' : `kubectl cnpg destroy ${cluster} ${serial}`;
  return `Have ${found.instance} cloned again: ${command} deletes the instance with its volume, and the operator makes another one from ${found.primary}. ${onlyThere} ${looksLike(found)} pgdrill knows no setting of CloudNativePG that excludes this (issue 4990 of cloudnative-pg): alert on a standby that does not stream. dataDurability: preferred would let commits go on without one, on one instance only.`;
}

const rewind = (found: Ahead): string =>
  `Patroni brings ${found.instance} back with pg_rewind (use_pg_rewind: true, wal_log_hints or data checksums, and a free connection to ${found.primary}) or with a new copy: read its log for why it did not, and order one (patronictl reinit). ${onlyThere} ${looksLike(found)}`;
