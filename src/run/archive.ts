/** Watches how far the WAL archive is, as the primary says. */
import type { Draft } from '../journal/event.ts';
import { missingSegments, newestFiles } from '../postgres/wal-names.ts';
import type { OpenStack } from '../stacks/stack.ts';
import { InstanceAsker } from './ask.ts';
import type { Recorder } from './recorder.ts';
import { repeatedly } from './repeatedly.ts';

type ArchiveState = Omit<Draft<'archive'>, 'tUs' | 'kind' | 'instance'>;

/** No row on a standby. The archiver's own counts lag its work by up to a second; the files of archive_status do not. */
const archiveSql = `
select timeline, archived_count::int as archived, failed_count::int as failed,
  coalesce(last_archived_wal, '') as "lastArchived", coalesce(last_failed_wal, '') as "lastFailed",
  (select count(*)::int from pg_ls_archive_statusdir() where name like '%.ready') as waiting,
  timeline = 1 or exists (
    select from pg_ls_archive_statusdir() where name = lpad(upper(to_hex(timeline)), 8, '0') || '.history.done'
  ) as "historyArchived"
from pg_stat_archiver,
  lateral (select case when not pg_is_in_recovery()
    then ('x' || substr(pg_walfile_name(pg_current_wal_insert_lsn()), 1, 8))::bit(32)::int end as timeline) as now
where timeline is not null`;

const everyMs = 1_000;

/** Journals the state of the archive once a second, where the stack archives; disposing of it ends that. */
export function watchArchive(stack: OpenStack, recorder: Recorder): AsyncDisposable {
  if (!stack.backups) return { async [Symbol.asyncDispose]() {} };
  const asker = new InstanceAsker(stack);
  const watching = repeatedly(everyMs, async () => {
    for (const instance of await stack.instances().catch(() => [])) {
      const [state] = (await asker.ask<ArchiveState>(instance, archiveSql, everyMs)) ?? [];
      if (state) recorder.now<'archive'>({ kind: 'archive', instance: instance.name, ...state });
    }
  });
  return {
    async [Symbol.asyncDispose]() {
      await watching[Symbol.asyncDispose]();
      await asker[Symbol.asyncDispose]();
    },
  };
}

/** Journals what the store holds. If the store does not answer, a note says so and the run goes on. */
export async function lookIntoStore(
  { backups }: OpenStack,
  { recorder, signal }: { readonly recorder: Recorder; readonly signal: AbortSignal },
): Promise<void> {
  if (!backups?.list) return;
  try {
    const listing = await backups.list(signal);
    const [oldest] = listing.backups;
    recorder.now<'store'>({
      kind: 'store',
      backups: listing.backups.map(({ id, endedAt, bytes }) => ({ id, endedAt: endedAt.toISOString(), bytes })),
      files: listing.wal.length,
      newest: newestFiles(listing.wal),
      missing: oldest ? missingSegments(listing.wal, oldest.beginWal) : [],
    });
  } catch (error) {
    signal.throwIfAborted();
    recorder.note(`the store could not be looked into: ${(error as Error).message}`, 'warn');
  }
}
