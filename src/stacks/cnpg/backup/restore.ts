/** Restores a Cluster's backups into a new Cluster of one instance, which is deleted afterwards. */
import { randomBytes } from 'node:crypto';
import type { Client } from 'pg';
import { objectStoreKind } from '../../../kubernetes/barman-plugin.ts';
import { listObjects, readOnlyAccount } from '../../../object-store/object-store.ts';
import { missingSegments } from '../../../postgres/wal-names.ts';
import { until } from '../../../wait.ts';
import { archivedFiles } from '../../backup/barman-archive.ts';
import { backupFor, type StoredBackup } from '../../backup/catalogue.ts';
import { restoreCause } from '../../backup/cause.ts';
import type { RecoveryTarget } from '../../backup/recovery-target.ts';
import { RestoreFailed } from '../../backup/restore-failed.ts';
import type { BackupOptions, Restored } from '../../backups.ts';
import { connected } from '../../connected.ts';
import { postgresPort } from '../api/ports.ts';
import { UnknownKindError } from '../api/rest.ts';
import type { ClusterAt } from '../faults/at.ts';
import { labels, loadDatabase } from '../names.ts';
import { clusterKind, type KubeObject, podKind, refTo, type Secret, secretKind, serviceKind } from '../objects.ts';
import { complaintsOf } from './complaints.ts';
import { accountSecret, recoveryObjects } from './objects.ts';
import { instanceRestored, podsOf, restoredSize, restorePrefix } from './restored-cluster.ts';
import type { BackedUp, BackupSite } from './site.ts';

/** @throws RestoreFailed with the cause in one sentence, after removing what there is of the new Cluster */
export async function restoreCluster(
  at: BackedUp,
  target: RecoveryTarget,
  { signal, withinMs, progress }: BackupOptions,
): Promise<Restored> {
  const { kube, site, store, source, archiver } = at;
  const backup = await backupFor(store, archiver.server, target, signal);
  const { account, proof } = await readOnlyAccount(store, signal);
  const name = `${restorePrefix}${randomBytes(3).toString('hex')}`;
  try {
    await kube.apply(accountSecret(name, site.namespace, account));
    await kube.apply(serviceOf(name, at));
    for (const object of recoveryObjects(name, source, archiver, target)) await kube.apply(object);
    progress(`CloudNativePG restores backup ${backup.id} into the Cluster ${name}`);
    await instanceRestored(named(at, name), { withinMs, signal, what: `the Cluster ${name} to be restored` });
    const instance = { kind: 'instance', name: `${name}-1`, host: '', address: '' } as const;
    const connect = await connector(at, name);
    const client = await firstOf(connect, name, signal);
    const facts = await factsOf(at, client, backup).finally(() => client.end());
    return {
      ...{ instance, connect: (database = loadDatabase) => connect(database) },
      facts: { ...facts, cannotWrite: `${proof}; the Cluster has neither spec.backup nor a plugin that archives` },
      [Symbol.asyncDispose]: () => remove(at, name),
    };
  } catch (error) {
    const cause = await whyFailed(at, name, backup, error);
    await remove(at, name);
    signal.throwIfAborted();
    throw new RestoreFailed(backup.id, cause, error);
  }
}

/** The Cluster that is restored, in the namespace of the one that was backed up. */
const named = ({ kube, site }: ClusterAt, cluster: string): ClusterAt => ({ kube, site: { ...site, cluster } });

/** How to connect to the restored instance as superuser: the new Cluster has passwords and an authority of its own. */
async function connector(
  { kube, site, restorePort, reach }: BackupSite,
  name: string,
): Promise<(database: string) => Promise<Client>> {
  const value = async (secret: string, key: string) => {
    const found = await kube.read<Secret>(refTo(secretKind, secret, site.namespace));
    return Buffer.from(found?.data?.[key] ?? '', 'base64').toString();
  };
  const ca = await value(`${name}-ca`, 'ca.crt');
  const password = await value(`${name}-superuser`, 'password');
  const ssl = { ca, servername: `${name}-rw` };
  return (database) => connected({ ...reach(restorePort), user: 'postgres', password, database, ssl });
}

/** The operator sets the password of the new Cluster a moment after the instance is ready. */
function firstOf(connect: (database: string) => Promise<Client>, name: string, signal: AbortSignal): Promise<Client> {
  let why = '';
  const connected = () => connect('postgres').catch((error: Error) => void (why = error.message));
  const what = `${name} to let its superuser in`;
  return until(async () => (await connected()) ?? undefined, {
    withinMs: 30_000,
    everyMs: 500,
    what,
    signal,
    why: () => why,
  });
}

async function factsOf(
  { store, archiver }: BackedUp,
  client: Client,
  backup: StoredBackup,
): Promise<Omit<Restored['facts'], 'cannotWrite' | 'baseMs'>> {
  const size = await restoredSize(client);
  // The job that read them is gone with its counters: the base backup, and all WAL that there is behind its beginning.
  const wal = await listObjects(store, `${archiver.server}/wals/`);
  const needed = wal.filter(({ key }) => key.slice(key.lastIndexOf('/') + 1) >= backup.beginWal);
  const readBytes = backup.bytes + needed.reduce((sum, { bytes }) => sum + bytes, 0);
  return { backup: backup.id, readBytes, ...size };
}

function serviceOf(name: string, { site, restorePort }: BackupSite) {
  const ports = [{ name: 'postgres', port: postgresPort, targetPort: postgresPort, nodePort: restorePort }];
  const metadata = { name: `${name}-drill`, namespace: site.namespace };
  return { ...serviceKind, metadata, spec: { type: 'NodePort', selector: { [labels.instance]: `${name}-1` }, ports } };
}

/** Removes the Cluster with all that belongs to it. Does nothing where it is gone. */
async function remove({ kube, site, archiver }: BackedUp, name: string): Promise<void> {
  await kube.delete(refTo(clusterKind, name, site.namespace));
  for (const { metadata } of await podsOf(named({ kube, site }, name)))
    await kube.delete(refTo(podKind, metadata.name, site.namespace), 0);
  await kube.delete(refTo(serviceKind, `${name}-drill`, site.namespace));
  await kube.delete(refTo(secretKind, name, site.namespace));
  if (archiver.byPlugin) await kube.delete(refTo(objectStoreKind, name, site.namespace));
  const gone = async () => {
    const left = [...(await podsOf(named({ kube, site }, name))), ...(await restoreLeftovers({ kube, site }, name))];
    return left.length === 0 ? true : undefined;
  };
  await until(gone, { withinMs: 120_000, everyMs: 500, what: `all of the Cluster ${name} to go` });
}

/** Where the plugin is not installed there are no ObjectStores. */
function noneOfUnknown(error: unknown): [] {
  if (error instanceof UnknownKindError) return [];
  throw error;
}

/** What restores made and did not remove. */
export async function restoreLeftovers({ kube, site }: ClusterAt, name = restorePrefix): Promise<KubeObject[]> {
  const lists = await Promise.all(
    [clusterKind, serviceKind, secretKind, objectStoreKind].map(async (kind) =>
      (await kube.list<KubeObject>(kind, site.namespace).catch(noneOfUnknown)).map((object) => ({
        ...object,
        kind: kind.kind,
      })),
    ),
  );
  return lists.flat().filter(({ metadata }) => metadata.name.startsWith(name));
}

async function whyFailed(at: BackedUp, name: string, backup: StoredBackup, error: unknown): Promise<string> {
  const complaints = await podsOf(named(at, name)).then(
    (pods) => complaintsOf(at, pods),
    () => [],
  );
  const names = await archivedFiles(at.store, at.archiver.server).catch(() => []);
  const missing = names.length > 0 ? missingSegments(names, backup.beginWal) : [];
  return restoreCause([...complaints, (error as Error).message].join('\n'), missing);
}
