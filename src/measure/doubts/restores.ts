/** Whether backups and restores were proved by what the journal holds of them. */
import { sentUsOf } from '../../journal/columns/ops.ts';
import { needsOf } from '../../journal/compatibility/needs.ts';
import { type EventOf, outcomes } from '../../journal/event.ts';
import type { Run } from '../../journal/run.ts';
import { counted, few } from '../measured.ts';

const okLocal = outcomes.indexOf('okLocal');

type Restore = EventOf<'restore'>;
type Proof = EventOf<'proof'>;

export function restoreDoubts(run: Run): string[] {
  const { restores, proofs, marks, backups } = run;
  const names = restores.map(({ name }) => name);
  const twice = names.filter((name, i) => names.indexOf(name) !== i);
  const orphans = proofs.filter(({ restore }) => !names.includes(restore)).map(({ restore }) => restore);
  const aimed = new Set(restores.map(({ target }) => target.mark));
  const unused = marks.filter(({ name }) => !aimed.has(name)).map(({ name }) => name);
  return [
    ...(twice.length > 0 ? [`two restores have the name ${few([...new Set(twice)])}`] : []),
    ...(orphans.length > 0 ? [`a proof of ${few(orphans)}, which was not restored`] : []),
    ...(unused.length > 0 ? [`nothing was restored to the mark ${few(unused)}`] : []),
    ...marks.flatMap((mark) => markDoubt(run, mark)),
    ...restores.flatMap((restore) => restoreDoubt(run, restore)),
    ...backups.flatMap((backup) => backupDoubt(run, backup)),
  ];
}

function restoreDoubt(run: Run, restore: Restore): string[] {
  const { name, fromUs, untilUs, tUs, outcome, bytes, baseMs, cannotWrite, backup } = restore;
  const order =
    fromUs <= untilUs && untilUs <= tUs + 1_000_000 ? [] : [`${name} ended before it began, or was written before`];
  if (outcome === 'failed') return order;
  const proofs = run.proofs.filter((proof) => proof.restore === name);
  const taken = run.backups.find(({ id }) => id !== undefined && id === backup);
  const stored = run.stores.some(({ backups }) => backups.some(({ id }) => id === backup));
  return [
    ...order,
    ...targetDoubt(run, restore),
    ...(proofs.length === 1 ? [] : [`${counted(proofs.length, 'proof')} of ${name}, expected 1`]),
    ...proofs.flatMap((proof) => proofDoubt(proof, untilUs)),
    ...(tUs - untilUs > writtenWithinUs ? [`${name} was not written when it ended`] : []),
    ...((baseMs ?? 0) >= 0 && (baseMs ?? 0) <= (untilUs - fromUs) / 1000
      ? []
      : [`the base backup of ${name} took longer than all of it`]),
    ...((bytes ?? 0) > 0 ? [] : [`nothing is known to have been restored by ${name}`]),
    ...(cannotWrite ? [] : [`that ${name} could not write to the store was not shown`]),
    ...(backup && (stored || taken || takenByOthers(run, restore))
      ? []
      : [`${name} began with a base backup that the journal does not have`]),
    ...(taken && taken.untilUs > fromUs ? [`${name} began before its base backup was complete`] : []),
  ];
}

/** On a cluster that others run, their own schedule took it: the journal has its age, and no line of its taking. */
const takenByOthers = ({ header }: Run, { backupAgeMs }: Restore): boolean =>
  needsOf(header).includes('restore') && backupAgeMs !== undefined;

/** A moment that is known no better than this restores to none. */
const markWithinUs = 5_000_000;
/** Lines are written at once; this is what a busy machine may take. */
const writtenWithinUs = 10_000_000;

/** The position of a mark lies behind every write that was acknowledged before it, and before those sent after it. */
function markDoubt({ ops }: Run, { name, timeline, lsn, beforeUs, afterUs, tUs }: EventOf<'mark'>): string[] {
  let [astray, onTimeline] = [0, 0];
  for (let row = 0; row < ops.n; row++) {
    if (ops.outcome[row]! > okLocal || ops.timeline[row] !== timeline) continue;
    onTimeline++;
    const [at, isBefore, isAfter] = [ops.lsn[row]!, ops.doneUs[row]! < beforeUs, sentUsOf(ops, row) > afterUs];
    if ((isBefore && at > lsn) || (isAfter && at < lsn)) astray++;
  }
  const isLate = tUs < afterUs || tUs - afterUs > writtenWithinUs;
  return [
    ...(afterUs - beforeUs > markWithinUs ? [`the moment of the mark ${name} is not known to 5 s`] : []),
    ...(isLate ? [`the mark ${name} was not written when it was made`] : []),
    ...(onTimeline === 0 ? [`the mark ${name} is on timeline ${timeline}, on which nobody wrote`] : []),
    ...(astray > 0 ? [`the mark ${name} contradicts ${counted(astray, 'write')} about where the WAL was`] : []),
  ];
}

/** It aimed at the moment that was marked, after that moment. */
function targetDoubt({ marks }: Run, { name, target, fromUs }: Restore): string[] {
  if (target.kind === 'latest') return [];
  const mark = marks.find((one) => one.name === target.mark);
  if (!mark) return [`${name} aimed at the mark ${target.mark ?? 'of no name'}, which nobody made`];
  if (marks.filter((one) => one.name === target.mark).length > 1) return [`two marks have the name ${mark.name}`];
  if (mark.beforeUs > mark.afterUs || mark.afterUs > fromUs) return [`${name} began before the mark ${mark.name}`];
  return target.serverTime === mark.serverTime ? [] : [`${name} aimed at another moment than the mark ${mark.name}`];
}

/** What was found adds up, and was looked for. */
function proofDoubt(
  { restore, rows, workers, duplicates, relations, sequences, roles, databases, digest, tUs }: Proof,
  untilUs: number,
): string[] {
  const keys = Object.values(workers).reduce(
    (sum, ranges) => sum + ranges.reduce((n, [from, to]) => n + to - from + 1, 0),
    0,
  );
  const extra = duplicates.reduce((sum, [, , times]) => sum + times - 1, 0);
  return [
    ...(rows === keys + extra ? [] : [`the proof of ${restore} says ${rows} rows, but lists ${keys + extra}`]),
    ...(relations > 0 ? [] : [`no table or index of ${restore} was checked`]),
    ...(sequences.length > 0 ? [] : [`no sequence of ${restore} was checked`]),
    ...(roles.length > 0 && databases.length > 0 ? [] : [`no role or database of ${restore} was listed`]),
    ...(digest === '' ? [`the contents of ${restore} were not read`] : []),
    ...(tUs < untilUs ? [`${restore} was looked at before it was restored`] : []),
  ];
}

function backupDoubt({ stores }: Run, { id, outcome, fromUs, untilUs, beginWal, endWal }: EventOf<'backup'>): string[] {
  if (outcome === 'failed') return [];
  const listed = stores.length === 0 || stores.at(-1)!.backups.some((one) => one.id === id);
  return [
    ...(fromUs <= untilUs ? [] : [`the backup ${id} ended before it began`]),
    ...(listed ? [] : [`the backup ${id} was not in the store in the end`]),
    ...(beginWal && endWal && beginWal > endWal ? [`the backup ${id} ends before its first WAL`] : []),
  ];
}
