/** Which WAL the archive lacks and why nobody archived it, in words. */
import { contractOf } from '../../faults/index.ts';
import type { Run } from '../../journal/run.ts';
import { parseSegment } from '../../postgres/wal-names.ts';
import { faultWindows } from '../availability/fault-windows.ts';
import { counted, inSeconds, ms } from '../measured.ts';
import type { Check, Reason } from '../verdict.ts';

type Words = Pick<Reason, 'why' | 'advice'>;

/** Of `archiveHoles`. @param checks all of the run: a restore that failed for the holes has named them */
export function archiveHoles(run: Run, { value, note }: Check, checks: readonly Check[] = []): Words {
  const missing = run.stores.at(-1)?.missing ?? [];
  const isNamed = checks.some(({ metric, outcome }) => metric === 'failedRestores' && outcome === 'fail');
  const count = value ?? 0;
  const names = note && !isNamed ? `: ${note}` : '';
  const unarchived = notArchived(run, missing);
  return {
    why: `The archive lacks ${counted(count, 'WAL segment')}${names}: no restore passes ${count === 1 ? 'it' : 'them'}.${unarchived ? ` ${unarchived}` : ''}`,
    advice: `Take a new base backup now: until then no restore passes that point.${unarchived ? ' Have standbys archive as well (archive_mode = always, with an archive_command that accepts a file which the archive already has): what a former primary had not archived is then not lost.' : ' Find out why WAL did not reach the archive (pg_stat_archiver, the log of the archive_command).'} Alert on the age of the last archived segment.`,
  };
}

/** Why a former primary did not archive its last WAL, as sentences; empty where the journal does not show it. */
export function notArchived(run: Run, missing: readonly string[]): string {
  const hole = parseSegment(missing[0] ?? '');
  if (!hole || run.stack?.settings['postgresql.archive_mode'] !== 'on') return '';
  const primaries = run.roles.filter(({ role, observer }) => role === 'primary' && observer === 'sql');
  const former = primaries.findLast(({ timeline }) => timeline === hole.timeline);
  const next = primaries.find(({ timeline = 0 }) => timeline > hole.timeline);
  if (!former || !next) return '';
  const away = faultWindows(run).find(
    ({ fault, inject, heal }) =>
      contractOf(fault)?.target === 'store' &&
      inject.lo < next.tUs &&
      (heal?.lo ?? Number.POSITIVE_INFINITY) > next.tUs,
  );
  const since = away
    ? ` The object store had then been stopped for ${inSeconds(ms(next.tUs - away.inject.hi))} s, so ${former.instance} could not archive them.`
    : '';
  return `${former.instance} wrote ${missing.length === 1 ? 'it' : 'them'} before ${next.instance} became the primary.${since} A standby archives nothing here (archive_mode = on), so nobody did later.`;
}
