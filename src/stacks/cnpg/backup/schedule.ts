/** Base backups by a schedule: a ScheduledBackup that exists until its first backup is triggered. */
import { randomBytes } from 'node:crypto';
import type { Client } from 'pg';
import { until } from '../../../wait.ts';
import type { BackupInfo, BackupOptions } from '../../backups.ts';
import { labels } from '../names.ts';
import { type Backup, backupKind, eventKind, type KubeEvent, refTo, scheduledBackupKind } from '../objects.ts';
import type { BackedUp } from './site.ts';
import { completed } from './take.ts';

/** @throws SetupError where the schedule orders none in time, or the backup fails */
export async function takeBySchedule(
  at: BackedUp,
  connectPrimary: () => Promise<Client>,
  schedule: string,
  { signal, withinMs, progress }: BackupOptions,
): Promise<BackupInfo> {
  const { kube, site } = at;
  const startedMs = performance.now();
  const name = await scheduled(at, schedule, async (parent) => {
    progress(`the ScheduledBackup ${parent} says ${schedule}`);
    const ordered = async () =>
      (await kube.list<Backup>(backupKind, site.namespace, `${labels.scheduledBackup}=${parent}`))[0]?.metadata.name;
    return until(ordered, { withinMs, everyMs: 500, what: `a backup by the schedule ${schedule}`, signal });
  });
  progress(`the schedule ordered the backup ${name}`);
  const leftMs = Math.max(1_000, withinMs - (performance.now() - startedMs));
  const taken = await completed(at, name, connectPrimary, { signal, withinMs: leftMs });
  return { ...taken, method: `${taken.method}, by the schedule ${schedule}` };
}

/** @returns what the operator says when it sees such a schedule first. @throws SetupError where it says nothing in time */
export function firstBySchedule(at: BackedUp, schedule: string, { signal, withinMs }: BackupOptions): Promise<string> {
  const { kube, site } = at;
  return scheduled(at, schedule, (parent) => {
    const said = async () =>
      (await kube.list<KubeEvent>(eventKind, site.namespace)).find(
        ({ reason, involvedObject }) => reason === 'BackupSchedule' && involvedObject?.name === parent,
      )?.message;
    return until(said, { withinMs, everyMs: 500, what: `the operator to read the schedule ${schedule}`, signal });
  });
}

/** Does something while there is a ScheduledBackup. The backups that it ordered stay. */
async function scheduled<T>(
  { kube, site, archiver }: BackedUp,
  schedule: string,
  meanwhile: (name: string) => Promise<T>,
): Promise<T> {
  const name = `pgdrill-${randomBytes(3).toString('hex')}`;
  const cluster = { name: site.cluster };
  await kube.create({
    ...scheduledBackupKind,
    metadata: { name, namespace: site.namespace },
    spec: { schedule, cluster, ...archiver.method, target: 'prefer-standby', backupOwnerReference: 'none' },
  });
  try {
    return await meanwhile(name);
  } finally {
    await kube.delete(refTo(scheduledBackupKind, name, site.namespace));
  }
}
