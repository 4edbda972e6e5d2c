/** Backups of a Cluster of CloudNativePG, by whatever backs it up. */
import type { Client } from 'pg';
import { archivedFiles } from '../../backup/barman-archive.ts';
import { storedBackups } from '../../backup/catalogue.ts';
import type { Backups } from '../../backups.ts';
import { restoreCluster } from './restore.ts';
import { firstBySchedule, takeBySchedule } from './schedule.ts';
import { type BackupSite, backedUp } from './site.ts';
import { takeBackup } from './take.ts';

/** @throws SetupError as `backedUp` */
export async function clusterBackups(site: BackupSite, connectPrimary: () => Promise<Client>): Promise<Backups> {
  const at = await backedUp(site);
  const { store, archiver } = at;
  return {
    // Backups, restores and the archive are looked at once a second.
    sharpMs: 1_100,
    take: (options) => takeBackup(at, connectPrimary, options),
    takeBySchedule: (schedule, options) => takeBySchedule(at, connectPrimary, schedule, options),
    firstBySchedule: (schedule, options) => firstBySchedule(at, schedule, options),
    restore: (target, options) => restoreCluster(at, target, options),
    async list(signal) {
      return {
        backups: await storedBackups(store, archiver.server, signal),
        wal: await archivedFiles(store, archiver.server, signal),
      };
    },
  };
}
