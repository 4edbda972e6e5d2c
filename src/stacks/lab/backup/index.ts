/** Backups of the lab: WAL and base backups by Barman's programs for the cloud, in MinIO. */
import { SetupError } from '../../../errors.ts';
import { archivedFiles } from '../../backup/barman-archive.ts';
import { storedBackups } from '../../backup/catalogue.ts';
import { backupCause } from '../../backup/cause.ts';
import type { Backups } from '../../backups.ts';
import { outputOf } from '../hosts/command.ts';
import type { Lab } from '../lab.ts';
import { restoreBackup } from './restore.ts';
import { objectStore, serverName } from './store.ts';
import { takeBackup } from './take.ts';

export const labBackups = (lab: Lab): Backups => ({
  // The slower of the two waits: for WAL in the store.
  sharpMs: 600,
  take: (options) =>
    takeBackup(lab, options).catch((error: unknown) => {
      options.signal.throwIfAborted();
      throw new SetupError(`the base backup failed: ${backupCause(outputOf(error))}`, { cause: error });
    }),
  restore: (target, options) => restoreBackup(lab, target, options),
  async list(signal) {
    const store = objectStore(lab);
    return {
      backups: await storedBackups(store, serverName, signal),
      wal: await archivedFiles(store, serverName, signal),
    };
  },
});
