/** Where the lab keeps what it makes: a cache that outlives runs, and the state of labs that are up. */
import { homedir } from 'node:os';
import { join } from 'node:path';
import { stateFolder } from '../../safety/state-folder.ts';

/** Built once and reused: root file system, MinIO, an initialised data directory. `PGDRILL_CACHE` moves it. */
export const cacheFolder = (): string => process.env.PGDRILL_CACHE || join(homedir(), '.cache', 'pgdrill');

export const labsFolder = (): string => join(stateFolder(), 'labs');
export const labFolder = (labId: string): string => join(labsFolder(), labId);

/** All that one simulated host keeps on disk. It outlives a crash of the host, as a disk does. */
export function hostFolders(labId: string, host: string) {
  const base = join(labFolder(labId), 'hosts', host);
  return {
    base,
    /** Upper layer of the overlay: what the host changed in its root file system. */
    upper: join(base, 'upper'),
    work: join(base, 'work'),
    /** Mount point inside the host's own mount namespace; empty for the machine. */
    root: join(base, 'root'),
    /** Configuration rendered for this host, seen there as /etc/pgdrill. */
    config: join(base, 'config'),
    /** Seen there as /var/lib/pgdrill: data of PostgreSQL, etcd or MinIO, on the machine's own file system. */
    data: join(base, 'data'),
    /** A disk for WAL alone, where the topology wants one; mounted as a loop device. */
    walDisk: join(base, 'wal.img'),
    /** Seen there as /var/log/pgdrill. */
    log: join(base, 'log'),
    /** Process id of the host's init in the machine's numbering, and when it was started. */
    init: join(base, 'init'),
  };
}
