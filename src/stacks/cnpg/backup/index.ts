/** Backups of a Cluster of CloudNativePG, by Barman in the tree (gone in 1.31, where the plugin takes its place). */
import type { Client } from 'pg';
import { archivedFiles } from '../../backup/barman-archive.ts';
import { storedBackups } from '../../backup/catalogue.ts';
import type { Backups } from '../../backups.ts';
import type { Cluster } from '../objects.ts';
import { restoreCluster } from './restore.ts';
import { firstBySchedule, takeBySchedule } from './schedule.ts';
import { type BackupSite, clusterOf } from './site.ts';
import { takeBackup } from './take.ts';

/** @param source the Cluster as it is now: a disaster may take it away. @throws SetupError as `clusterOf` */
export async function clusterBackups(at: BackupSite, connectPrimary: () => Promise<Client>): Promise<Backups> {
  const source: Cluster = await clusterOf(at);
  const { store, site } = at;
  return {
    // Backups, restores and the archive are looked at once a second.
    sharpMs: 1_100,
    take: (options) => takeBackup(at, connectPrimary, options),
    takeBySchedule: (schedule, options) => takeBySchedule(at, connectPrimary, schedule, options),
    firstBySchedule: (schedule, options) => firstBySchedule(at, schedule, options),
    restore: (target, options) => restoreCluster(at, source, target, options),
    async list(signal) {
      return {
        backups: await storedBackups(store, site.cluster, signal),
        wal: await archivedFiles(store, site.cluster, signal),
      };
    },
  };
}
