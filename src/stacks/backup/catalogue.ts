/** The base backups in a store, by the `backup.info` that Barman writes beside each. */
import { SetupError } from '../../errors.ts';
import { listObjects, type ObjectStore, readObject } from '../../object-store/object-store.ts';
import { backupCause } from './cause.ts';
import type { RecoveryTarget } from './recovery-target.ts';

export interface StoredBackup {
  readonly id: string;
  /** By the clock of the server that it was taken from. */
  readonly endedAt: Date;
  readonly beginWal: string;
  readonly endWal: string;
  readonly timeline: number;
  /** In the store. */
  readonly bytes: number;
}

/** Those that ended well, the oldest first. @throws SetupError or Error where the store cannot be asked */
export async function storedBackups(store: ObjectStore, server: string, signal?: AbortSignal): Promise<StoredBackup[]> {
  const objects = await listObjects(store, `${server}/base/`, signal);
  const infos = objects.filter(({ key }) => key.endsWith('/backup.info'));
  const found: StoredBackup[] = [];
  for (const { key } of infos) {
    const folder = key.slice(0, key.lastIndexOf('/') + 1);
    const bytes = objects.filter((object) => object.key.startsWith(folder)).reduce((sum, one) => sum + one.bytes, 0);
    const info = parseInfo(await readObject(store, key, signal));
    if (info.status === 'DONE') found.push({ id: folder.split('/').at(-2)!, bytes, ...factsOf(info) });
  }
  return found.sort((a, b) => a.endedAt.getTime() - b.endedAt.getTime());
}

/**
 * The backup that a restore begins with: the last that ended before the time restored to.
 * @throws SetupError with the cause in one sentence
 */
export async function backupFor(
  store: ObjectStore,
  server: string,
  target: RecoveryTarget,
  signal?: AbortSignal,
): Promise<StoredBackup> {
  const before = target.kind === 'time' ? new Date(target.serverTime).getTime() : Number.POSITIVE_INFINITY;
  const backups = await storedBackups(store, server, signal).catch((error: Error) => {
    throw new SetupError(`the restore failed: ${backupCause(error.message)}`, { cause: error });
  });
  const chosen = backups.findLast(({ endedAt }) => endedAt.getTime() <= before);
  if (!chosen) throw new SetupError('the restore failed: there is no base backup from before that time in the store');
  return chosen;
}

/** `name=value`, a line each. */
function parseInfo(text: string): Readonly<Record<string, string>> {
  return Object.fromEntries([...text.matchAll(/^(\w+)=(.*)$/gm)].map(([, name, value]) => [name!, value!]));
}

const factsOf = ({ end_time, begin_wal = '', end_wal = '', timeline }: Readonly<Record<string, string>>) => ({
  endedAt: new Date(end_time ?? Number.NaN),
  beginWal: begin_wal,
  endWal: end_wal,
  timeline: Number(timeline),
});
