/** A base backup by CloudNativePG: a Backup object, from a standby where there is one. */
import { randomBytes } from 'node:crypto';
import type { Client } from 'pg';
import { SetupError } from '../../../errors.ts';
import { parseSegment } from '../../../postgres/wal-names.ts';
import { until } from '../../../wait.ts';
import { archivedFiles } from '../../backup/barman-archive.ts';
import { storedBackups } from '../../backup/catalogue.ts';
import { backupCause } from '../../backup/cause.ts';
import type { BackupInfo, BackupOptions } from '../../backups.ts';
import { instanceSelector } from '../names.ts';
import { type Backup, backupKind, type Pod, podKind, refTo } from '../objects.ts';
import { complaintsOf } from './complaints.ts';
import type { BackedUp } from './site.ts';

/** @throws SetupError with the cause in one sentence */
export async function takeBackup(
  at: BackedUp,
  connectPrimary: () => Promise<Client>,
  options: BackupOptions,
): Promise<BackupInfo> {
  const { kube, site, archiver } = at;
  const name = `pgdrill-${randomBytes(3).toString('hex')}`;
  await kube.create({
    ...backupKind,
    metadata: { name, namespace: site.namespace },
    spec: { cluster: { name: site.cluster }, ...archiver.method, target: 'prefer-standby' },
  });
  options.progress(`CloudNativePG takes the backup ${name}`);
  return completed(at, name, connectPrimary, options);
}

/**
 * Until a Backup is complete and the WAL that it ends with is in the store.
 * @throws SetupError with the cause in one sentence
 */
export async function completed(
  at: BackedUp,
  name: string,
  connectPrimary: () => Promise<Client>,
  options: Pick<BackupOptions, 'signal' | 'withinMs'>,
): Promise<BackupInfo> {
  const since = new Date();
  try {
    return await inStore(at, name, connectPrimary, options);
  } catch (error) {
    options.signal.throwIfAborted();
    const cause = await whyNotTaken(at, error as Error, since);
    throw new SetupError(`the base backup failed: ${cause}`, { cause: error });
  }
}

/** The operator says that a command failed, and with which code; why is in the logs of the instances. */
async function whyNotTaken(at: BackedUp, { message }: Error, since: Date): Promise<string> {
  const { kube, site } = at;
  const pods = await kube.list<Pod>(podKind, site.namespace, instanceSelector(site.cluster)).catch(() => []);
  return backupCause([...(await complaintsOf(at, pods, since)), message].join('\n'));
}

async function inStore(
  at: BackedUp,
  name: string,
  connectPrimary: () => Promise<Client>,
  { signal, withinMs }: Pick<BackupOptions, 'signal' | 'withinMs'>,
): Promise<BackupInfo> {
  const { kube, site, store, archiver } = at;
  const startedMs = performance.now();
  let phase = 'not begun';
  const ended = async () => {
    const { status } = (await kube.read<Backup>(refTo(backupKind, name, site.namespace))) ?? {};
    phase = status?.phase ?? phase;
    if (phase === 'failed') throw new SetupError(status?.error ?? 'it said nothing');
    return phase === 'completed' ? status : undefined;
  };
  const what = `the backup ${name} to be complete`;
  const status = await until(ended, { withinMs, everyMs: 1_000, what, signal, why: () => `its phase is ${phase}` });
  const { backupId: id = '', beginWal = '', endWal = '', instanceID } = status;
  const client = await connectPrimary();
  await client.query('select pg_switch_wal()').finally(() => client.end());
  const there = async () =>
    (await archivedFiles(store, archiver.server, signal, endWal)).includes(endWal) ? true : undefined;
  await until(there, {
    withinMs: Math.max(1_000, withinMs - (performance.now() - startedMs)),
    everyMs: 1_000,
    what: `${endWal}, which the backup ends with, to be in the store`,
    signal,
  });
  const taken = (await storedBackups(store, archiver.server, signal)).find((stored) => stored.id === id);
  return {
    ...{ method: `CloudNativePG, ${archiver.name}`, id, beginWal, endWal },
    instance: instanceID?.podName ?? '',
    timeline: parseSegment(beginWal)?.timeline ?? 0,
    bytes: taken?.bytes ?? 0,
  };
}
