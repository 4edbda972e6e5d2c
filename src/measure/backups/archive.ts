/** How far behind the WAL archive was, and how soon it had caught up. */
import type { EventOf } from '../../journal/event.ts';
import { outcomes } from '../../journal/event.ts';
import type { Run } from '../../journal/run.ts';
import { parseSegment, segmentEnd } from '../../postgres/wal-names.ts';
import { faultWindows } from '../availability/fault-windows.ts';
import { exactly, measured, ms, unmeasurable } from '../measured.ts';
import type { Measured } from '../verdict.ts';

const ok = outcomes.indexOf('ok');
type Look = EventOf<'archive'>;

/**
 * `archiveLagMs` at t_F: age of the oldest acknowledged write whose WAL was not archived, by the last look before the
 * fault; at least that by the first look after it.
 */
export function archiveLag(run: Run): Measured {
  const metric = 'archiveLagMs';
  const fault = faultWindows(run)[0];
  if (!fault) return unmeasurable(metric, 'no fault was injected');
  const before = run.archives.findLast(({ tUs }) => tUs <= fault.inject.lo);
  if (!before) return unmeasurable(metric, 'nobody looked at the archive before the fault');
  const after = run.archives.find(({ tUs }) => tUs > fault.inject.lo) ?? before;
  const value = ageAt(run, before, fault.inject.lo);
  const lower = Math.min(value, ageAt(run, after, fault.inject.lo));
  const note = `last archived: ${before.lastArchived || 'nothing'}; ${before.waiting} waited`;
  const upper = value + ms(fault.inject.hi - fault.inject.lo);
  return measured(metric, { value, lower, upper, evidence: [before.seq, after.seq], note });
}

function ageAt({ ops }: Run, { lastArchived }: Look, atUs: number): number {
  const segment = parseSegment(lastArchived.slice(0, 24));
  const archivedTo = segment ? segmentEnd(segment) : 0;
  let oldestUs = atUs;
  for (let row = 0; row < ops.n; row++)
    if (ops.outcome[row] === ok && ops.lsn[row]! >= archivedTo) oldestUs = Math.min(oldestUs, ops.doneUs[row]!);
  return ms(atUs - oldestUs);
}

/** `archiveDrainMs` = from the return of the object store until no file waits for it any more. */
export function archiveDrain(run: Run): Measured {
  const metric = 'archiveDrainMs';
  const fault = faultWindows(run).findLast((one) => one.fault === 'store-down' && one.heal);
  if (!fault?.heal) return unmeasurable(metric, 'the object store was not away, or did not come back');
  const { inject, heal } = fault;
  const away = run.archives.filter(({ tUs }) => tUs >= inject.lo && tUs <= heal.hi);
  const backlog = Math.max(0, ...away.map(({ waiting }) => waiting));
  const since = run.archives.filter(({ tUs }) => tUs > heal.hi);
  if (away.length === 0 || since.length === 0) return unmeasurable(metric, 'nobody looked at the archive then');
  if (backlog === 0) return unmeasurable(metric, 'nothing was to be archived while the store was away');
  return firstTime(metric, since, ({ waiting }) => waiting === 0, heal, `${backlog} files had to wait`);
}

/** `archiveSwitchMs` = from the first acknowledged write on the new timeline until WAL of it is archived. */
export function archiveSwitch(run: Run): Measured {
  const metric = 'archiveSwitchMs';
  const looks = run.archives;
  const first = looks[0]?.timeline;
  const timeline = looks.at(-1)?.timeline;
  if (first === undefined || timeline === undefined) return unmeasurable(metric, 'nobody looked at the archive');
  if (timeline <= first) return unmeasurable(metric, 'there was no new timeline');
  const began = firstOnTimeline(run, timeline) ?? looks.find((look) => look.timeline === timeline)!.tUs;
  const isThere = ({ lastArchived }: Look) => (parseSegment(lastArchived)?.timeline ?? 0) >= timeline;
  const since = looks.filter(({ tUs }) => tUs > began);
  return firstTime(metric, since, isThere, { lo: began, hi: began }, `timeline ${timeline}`);
}

function firstOnTimeline({ ops }: Run, timeline: number): number | undefined {
  let first = Number.POSITIVE_INFINITY;
  for (let row = 0; row < ops.n; row++) if (ops.timeline[row] === timeline) first = Math.min(first, ops.doneUs[row]!);
  return Number.isFinite(first) ? first : undefined;
}

/** From `since` to the first look that finds it so; a lower bound where none does. */
function firstTime(
  metric: 'archiveDrainMs' | 'archiveSwitchMs',
  looks: readonly Look[],
  isSo: (look: Look) => boolean,
  since: { readonly lo: number; readonly hi: number },
  note: string,
): Measured {
  const at = looks.findIndex(isSo);
  const last = looks.at(-1);
  if (!last) return unmeasurable(metric, 'nobody looked at the archive then');
  if (at < 0) {
    const seen = ms(last.tUs - since.hi);
    return measured(metric, {
      value: seen,
      lower: seen,
      upper: null,
      evidence: [last.seq],
      note: `${note}; not by the end of the run`,
    });
  }
  const value = ms(looks[at]!.tUs - since.lo);
  const lower = at === 0 ? 0 : ms(looks[at - 1]!.tUs - since.hi);
  return measured(metric, { value, lower, upper: value, evidence: [looks[at]!.seq], note });
}

/** `archiveHoles`: segments that the store lacked at the end of the run, between the oldest backup and the last of each timeline. */
export function archiveHoles(run: Run): Measured {
  const metric = 'archiveHoles';
  const store = run.stores.at(-1);
  if (!store) return unmeasurable(metric, 'nobody looked into the store');
  if (store.backups.length === 0) return unmeasurable(metric, 'there is no backup that WAL would be needed for');
  const { missing, files } = store;
  const note =
    missing.length > 0 ? missing.slice(0, 5).join(', ') : `at the end of the run, among ${files} archived files`;
  return exactly(metric, missing.length, [store.seq], note);
}

/** `archiveFailures`: attempts to archive a file that failed, as the archivers counted them. */
export function archiveFailures(run: Run): Measured {
  const metric = 'archiveFailures';
  if (run.archives.length === 0) return unmeasurable(metric, 'nobody looked at the archive');
  const byInstance = Map.groupBy(run.archives, ({ instance }) => instance);
  const each = [...byInstance.values()].map(
    (looks) => Math.max(...looks.map(({ failed }) => failed)) - looks[0]!.failed,
  );
  const last = run.archives.findLast(({ lastFailed }) => lastFailed !== '');
  const evidence = [run.archives[0]!.seq, run.archives.at(-1)!.seq];
  return exactly(
    metric,
    each.reduce((sum, n) => sum + n, 0),
    evidence,
    last && `the last was ${last.lastFailed}`,
  );
}
