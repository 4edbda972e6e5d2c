/** A base backup of the lab by barman-cloud-backup, from a standby, and the retention after it. */
import { setTimeout as sleep } from 'node:timers/promises';
import { SetupError } from '../../../errors.ts';
import { until } from '../../../wait.ts';
import { archivedFiles } from '../../backup/barman-archive.ts';
import { type StoredBackup, storedBackups } from '../../backup/catalogue.ts';
import type { BackupInfo, BackupOptions } from '../../backups.ts';
import { postgresSocketFolder } from '../config/places.ts';
import { connectPostgres } from '../control/postgres.ts';
import { runAsPostgres } from '../hosts/run-in.ts';
import { hostId, instancesOf, type Lab } from '../lab.ts';
import { leaderName } from '../patroni-keys.ts';
import { barman, objectStore, serverName } from './store.ts';

/** Older backups, and the WAL that only they need, are removed after each new one. */
const keptBackups = 3;
/** Longer than it takes to archive one. */
const segmentEveryMs = 8_000;
const lookEveryMs = 500;
/** A backup that has copied everything, and waits for the archive. */
const waitsSql = `select from pg_stat_activity where wait_event = 'BackupWaitWalArchive'`;

interface Taking {
  /** The instance that the backup is taken from, and the primary. */
  readonly from: string;
  readonly leader: string;
}

/** @throws SetupError with the cause in one sentence */
export async function takeBackup(lab: Lab, options: BackupOptions): Promise<BackupInfo> {
  const { signal, withinMs, progress } = options;
  const deadlineMs = performance.now() + withinMs;
  const leader = await leaderName(lab.state);
  if (!leader) throw new SetupError('a base backup needs a primary, but Patroni has none now');
  const from = instancesOf(lab.state).find(({ name }) => name !== leader)?.name ?? leader;
  // A standby begins its backup at the last checkpoint that it has received.
  await on(lab, leader, 'checkpoint');
  progress(`taking a base backup from ${from}`);
  const store = objectStore(lab);
  const before = new Set((await storedBackups(store, serverName, signal)).map(({ id }) => id));
  const connection = ['-h', postgresSocketFolder, '-U', 'postgres', '-d', 'postgres'];
  const argv = barman('backup', ['--gzip', '--jobs', '1', '--immediate-checkpoint', ...connection]);
  await endingSegments(
    lab,
    { from, leader },
    runAsPostgres(hostId(lab.state, from), argv, { signal, timeoutMs: withinMs }),
  );
  const taken = (await storedBackups(store, serverName, signal)).find(({ id }) => !before.has(id));
  if (!taken) throw new SetupError('barman-cloud-backup ended well, but its catalogue has no new backup');
  progress(`backup ${taken.id} is in the store; waiting for the WAL that it ends with`);
  await archivedUpTo(lab, leader, taken, Math.max(1_000, deadlineMs - performance.now()), signal);
  await runAsPostgres(
    hostId(lab.state, from),
    barman('backup-delete', ['--retention-policy', `REDUNDANCY ${keptBackups}`]),
    { signal, timeoutMs: withinMs },
  );
  const { id, timeline, beginWal, endWal, bytes } = taken;
  return { method: 'barman-cloud-backup', instance: from, id, timeline, beginWal, endWal, bytes };
}

/**
 * A standby that archives too ends its backup when it has archived the segment that the backup ends in, and only the
 * primary can end a segment: it does so as soon as the standby waits for that, and again should that not have done.
 */
async function endingSegments<T>(lab: Lab, { from, leader }: Taking, backup: Promise<T>): Promise<T> {
  if (lab.chosen.archive_mode !== 'always' || from === leader) return backup;
  const ended = new AbortController();
  const ending = (async () => {
    while (!ended.signal.aborted) {
      const waits = await on(lab, from, waitsSql).catch(() => undefined);
      if (waits) await on(lab, leader, 'select pg_switch_wal()').catch(() => {});
      await sleep(waits ? segmentEveryMs : lookEveryMs, undefined, { signal: ended.signal }).catch(() => {});
    }
  })();
  return backup.finally(() => {
    ended.abort();
    return ending;
  });
}

/** A backup can be restored once the WAL up to its end is in the archive. */
async function archivedUpTo(
  lab: Lab,
  leader: string,
  { id, endWal }: StoredBackup,
  withinMs: number,
  signal: AbortSignal,
): Promise<void> {
  await on(lab, leader, 'select pg_switch_wal()');
  const found = () => archivedFiles(objectStore(lab), serverName, signal, endWal);
  const there = async () => ((await found()).includes(endWal) ? true : undefined);
  const what = `${endWal}, which backup ${id} ends with, to be in the store`;
  await until(there, { withinMs, everyMs: 500, what, signal });
}

/** @returns whether there was a row */
async function on({ state }: Lab, instance: string, sql: string): Promise<boolean> {
  const client = await connectPostgres(hostId(state, instance), 'postgres');
  const { rowCount } = await client.query(sql).finally(() => client.end());
  return rowCount !== null && rowCount > 0;
}
