/** Whether the final reads of the ledger are those that losses have to be judged by. */
import { contractOf } from '../../faults/index.ts';
import { type EventOf, outcomes } from '../../journal/event.ts';
import type { Run } from '../../journal/run.ts';
import { faultWindows } from '../availability/fault-windows.ts';
import { counted, few } from '../measured.ts';
import { once } from '../once.ts';
import { ledgerDetail } from '../writes/ledger.ts';
import { loadTimes } from './course.ts';

type Ledger = EventOf<'ledger'>;
const okLocal = outcomes.indexOf('okLocal');

/** Nothing brings back what it broke. */
export const isForGood = (fault: string): boolean => contractOf(fault)?.ends === 'never';

/** What was destroyed for good has no ledger; restores are judged instead. */
export const isDestroyed = (run: Run): boolean =>
  faultWindows(run).some(({ fault, effective }) => isForGood(fault) && effective !== undefined);

export function ledgerDoubts(run: Run): string[] {
  if (isDestroyed(run) && run.ledgers.length === 0) return destroyedDoubts(run);
  const primaries = run.ledgers.filter(({ role }) => role === 'primary');
  if (primaries.length !== 1)
    return [`${counted(primaries.length, 'ledger')} of a primary, expected the one that is left in the end`];
  const line = primaries[0]!;
  return [
    ...timeDoubts(run),
    ...timelineDoubts(run, line),
    ...roleDoubts(run),
    ...comparedDoubts(run, line),
    ...stakeDoubts(run),
  ];
}

/** The restored instance is the only ledger that there is. */
const destroyedDoubts = (run: Run): string[] =>
  run.restores.some(({ outcome, name }) => outcome === 'ok' && run.proofs.some(({ restore }) => restore === name))
    ? []
    : ['the cluster was destroyed, and no restored instance was looked at'];

const lastOutcomeUs = once(({ ops }: Run): number =>
  ops.doneUs.reduce((last, us) => Math.max(last, us), Number.NEGATIVE_INFINITY),
);

/** A ledger that is read while writes still come lacks some of them. */
function timeDoubts(run: Run): string[] {
  const untilUs = Math.max(lastOutcomeUs(run), loadTimes(run)?.untilUs ?? Number.NEGATIVE_INFINITY);
  const early = run.ledgers.filter(({ tUs }) => tUs < untilUs);
  return early.length > 0
    ? [`the ledger of ${few(early.map(({ instance }) => instance))} was read before the last write ended`]
    : [];
}

/** The last timeline that anybody saw: an instance that was asked, an acknowledged write. */
function lastTimeline({ ops, roles, replicas }: Run): number {
  const ofWrites = ops.timeline.reduce((last, timeline) => Math.max(last, timeline), 0);
  return [...roles, ...replicas].reduce((last, { timeline }) => Math.max(last, timeline ?? 0), ofWrites);
}

function timelineDoubts(run: Run, { timeline, forks }: Ledger): string[] {
  const last = lastTimeline(run);
  const others = run.ledgers.filter((ledger) => ledger.timeline !== timeline);
  const ascending = forks.every((fork, i) => i === 0 || fork.timeline > forks[i - 1]!.timeline);
  const lastFork = forks.at(-1)?.timeline ?? 1;
  return [
    ...(timeline !== last && last > 0
      ? [`the ledger was read on timeline ${timeline}, but the last that was seen is ${last}`]
      : []),
    ...others.map(
      (one) => `the ledger of ${one.instance} was read on timeline ${one.timeline}, that of the primary on ${timeline}`,
    ),
    ...lsnDoubts(run, forks),
    ...(!ascending || lastFork !== timeline ? [`the history of timeline ${timeline} does not lead to it`] : []),
  ];
}

/** Nothing was lost, so every write of a timeline lies before the fork that ended it, and after the one that began it. */
function lsnDoubts(run: Run, forks: Ledger['forks']): string[] {
  const { ops } = run;
  const isWhole = ledgerDetail(run)?.lost.length === 0;
  const bounds: { readonly from: number; readonly to: number }[] = [];
  const boundsOf = (timeline: number) =>
    (bounds[timeline] ??= {
      from: forks.find((fork) => fork.timeline === timeline)?.lsn ?? 0,
      to: (isWhole && forks.find((fork) => fork.timeline > timeline)?.lsn) || Number.POSITIVE_INFINITY,
    });
  let astray = 0;
  let of = 0;
  let [from, to] = [0, Number.POSITIVE_INFINITY];
  for (let row = 0; row < ops.n; row++) {
    const lsn = ops.lsn[row]!;
    if (ops.outcome[row]! > okLocal || ops.timeline[row]! <= 0 || lsn <= 0) continue;
    // Most writes are of the timeline of the one before.
    if (ops.timeline[row] !== of) {
      of = ops.timeline[row]!;
      ({ from, to } = boundsOf(of));
    }
    if (lsn < from || lsn > to) astray++;
  }
  return astray > 0 ? [`${counted(astray, 'acknowledged write')} lie outside of their timeline’s WAL`] : [];
}

/** What an instance was when its ledger was read is what the look before says. */
function roleDoubts(run: Run): string[] {
  return run.ledgers.flatMap(({ instance, role, seq }) => {
    const look = run.replicas.findLast((one) => one.instance === instance && one.seq < seq);
    const known = run.stack?.instances.some(({ name }) => name === instance) ?? true;
    if (!known && !look) return [`the ledger of ${instance} was read, which is not an instance of the stack`];
    if (!look) return [`${instance} was not looked at before its ledger was read`];
    const seen = look.syncState === 'primary' ? 'primary' : 'replica';
    return seen === role ? [] : [`the ledger of ${instance} was read as that of a ${role}, but it was a ${seen}`];
  });
}

/** With replication, a zero on the primary alone does not say that the standbys hold what was acknowledged. */
function comparedDoubts(run: Run, primary: Ledger): string[] {
  const detail = ledgerDetail(run);
  const standbys = new Set(run.ledgers.filter(({ role }) => role === 'replica').map(({ instance }) => instance));
  const instances = run.stack?.instances.length ?? 1;
  const found = run.ledgers.flatMap((ledger) =>
    ledger.role === 'replica' ? differences(ledger, primary, detail?.behind ?? []) : [],
  );
  if (instances < 2 || !detail) return found;
  const looks = run.replicas.filter(({ seq }) => seq < run.ledgers[0]!.seq);
  const unread = [...new Set(looks.map(({ instance }) => instance))].filter((name) => {
    const last = looks.findLast(({ instance }) => instance === name)!;
    return last.streaming && last.syncState !== 'primary' && !standbys.has(name);
  });
  const compared = standbys.size - detail.behind.length;
  return [
    ...found,
    ...unread.map((name) => `${name} streamed in the end, and its ledger was not read`),
    ...(compared < 1 ? ['no standby was compared with the primary'] : []),
  ];
}

/** A standby that had caught up holds what the primary holds, and nothing else. */
function differences(ledger: Ledger, primary: Ledger, behind: readonly string[]): string[] {
  if (behind.includes(ledger.instance)) return [];
  const more = ledger.rows - primary.rows;
  const keys = keysOf(ledger);
  const same = JSON.stringify(ledger.duplicates) === JSON.stringify(primary.duplicates);
  return [
    ...(more > 0 ? [`${ledger.instance} holds ${counted(more, 'row')} that the primary does not have`] : []),
    ...(more < 0 ? [`${ledger.instance} lacks ${counted(-more, 'row')} that the primary has`] : []),
    ...(ledger.rows === keys ? [] : [`the ledger of ${ledger.instance} says ${ledger.rows} rows, but lists ${keys}`]),
    ...(same ? [] : [`${ledger.instance} and the primary have different rows twice`]),
    ...(JSON.stringify(ledger.forks) === JSON.stringify(primary.forks)
      ? []
      : [`${ledger.instance} and the primary have different histories`]),
  ];
}

/** Rows by the listed keys: duplicates, and the others. */
const keysOf = ({ workers, duplicates }: Ledger): number =>
  Object.values(workers).reduce((sum, ranges) => sum + ranges.reduce((n, [from, to]) => n + to - from + 1, 0), 0) +
  duplicates.reduce((sum, [, , times]) => sum + times - 1, 0);

/** Where nothing was acknowledged before the first fault, none of it could be lost. */
function stakeDoubts(run: Run): string[] {
  const { ops } = run;
  const untilUs = faultWindows(run)[0]?.inject.lo ?? Number.POSITIVE_INFINITY;
  const any = ops.outcome.some((outcome, row) => outcome <= okLocal && ops.doneUs[row]! < untilUs);
  return any ? [] : ['no write was acknowledged before the fault: nothing was at stake'];
}
