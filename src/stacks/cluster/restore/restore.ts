/** Restores a backup of an existing cluster into a Cluster of one instance in a namespace of its own. */
import { randomBytes } from 'node:crypto';
import type { Client } from 'pg';
import { SetupError, UsageError } from '../../../errors.ts';
import type { Instance } from '../../../faults/target.ts';
import { type ApiServers, apiPorts, type EgressRule } from '../../../kubernetes/egress.ts';
import { restoreCause } from '../../backup/cause.ts';
import type { RecoveryTarget } from '../../backup/recovery-target.ts';
import { RestoreFailed } from '../../backup/restore-failed.ts';
import type { BackupOptions, Restored } from '../../backups.ts';
import { apiMessage, apiStatus, type Kube } from '../../cnpg/api/kube.ts';
import { connectSocket } from '../../cnpg/api/socket.ts';
import { complaintsOf } from '../../cnpg/backup/complaints.ts';
import { instanceRestored, podsOf, restoredSize, restorePrefix } from '../../cnpg/backup/restored-cluster.ts';
import type { ClusterAt } from '../../cnpg/faults/at.ts';
import { postgresContainer } from '../../cnpg/names.ts';
import { type Cluster, clusterKind, type KubeObject, refTo, type Secret, secretKind } from '../../cnpg/objects.ts';
import { lastWarnings } from '../../cnpg/ready.ts';
import { apiServersOf, podPorts } from '../addresses.ts';
import { catalogueOnly } from '../connect.ts';
import { explained } from '../discover.ts';
import { loginAt } from '../load-session.ts';
import { identitiesOf } from './identity.ts';
import { demandKept } from './kept.ts';
import {
  copyOf,
  fromAnywhere,
  namespaceKind,
  restoredName,
  restoreLabels,
  restoreNamespace,
  restoreObjects,
  secretsOf,
  whyItArchives,
} from './objects.ts';
import type { RestoreOptions } from './options.ts';
import { restorePolicy, towardsStore } from './policy.ts';
import { whyItActs } from './quiet.ts';
import { removeRestore } from './remove.ts';
import type { RestoreSource } from './source.ts';

const connectWithinMs = 10_000;
const copy: Instance = { kind: 'instance', name: `${restoredName}-1`, host: '', address: '' };
/** Admission refuses the pods of the restore; waiting would not change that. */
const hopeless = /exceeded quota|violates PodSecurity|is forbidden/;

export interface RestorePlan {
  readonly at: ClusterAt;
  readonly source: RestoreSource;
  readonly options: Pick<RestoreOptions, 'readerSecret' | 'namespace' | 'storageClass'>;
  /** The database that the load writes to. */
  readonly database: string;
  /** Called with the namespace before it is made, and once it is gone. */
  remember(namespace: string): Promise<void>;
  forget(namespace: string): Promise<void>;
}

/** @throws RestoreFailed with the cause in one sentence, after removing what there is of it */
export async function restoreApart(
  plan: RestorePlan,
  target: RecoveryTarget,
  { signal, withinMs, progress }: BackupOptions,
): Promise<Restored> {
  const { source, database } = plan;
  const { backup, cluster } = source;
  const namespace =
    plan.options.namespace ?? `${restorePrefix}${cluster.metadata.name.slice(0, 40)}-${randomBytes(3).toString('hex')}`;
  // Everything in the new namespace, by the same account.
  const there: ClusterAt = { kube: plan.at.kube, site: { ...plan.at.site, namespace, cluster: restoredName } };
  const backupAgeMs = Math.max(0, Date.now() - backup.endedAt.getTime());
  await plan.remember(namespace);
  try {
    await make(plan, namespace, target);
    progress(`restoring the backup ${backup.name} (${backup.id}) into the namespace ${namespace}`);
    await recovered(there, withinMs, signal);
    const made = await there.kube.read<Cluster>(refTo(clusterKind, restoredName, namespace));
    const archives = made && whyItArchives(made);
    if (archives) throw new SetupError(`the restored Cluster must not archive, but ${archives}`);
    const client = await connect(there, 'postgres');
    const facts = await restoredFacts(client).finally(() => client.end());
    return {
      instance: copy,
      connect: (other = database) => connect(there, other),
      login: (user, password) => {
        const { name, address } = copy;
        return loginAt(there, { name, address }, { database, user, password });
      },
      facts: { ...facts, backup: backup.id, backupAgeMs, cannotWrite: cannotWrite(plan) },
      [Symbol.asyncDispose]: () => removed(plan, namespace, progress),
    };
  } catch (error) {
    const cause = error instanceof UsageError ? error.message : await whyFailed(there, error);
    await removed(plan, namespace, progress);
    signal.throwIfAborted();
    throw new RestoreFailed(backup.id, cause, error);
  }
}

async function make(plan: RestorePlan, namespace: string, target: RecoveryTarget): Promise<void> {
  const { at, source, options } = plan;
  const { kube, site } = at;
  const objects = restoreObjects(namespace, source, target, options);
  const security = options.namespace === undefined ? await podSecurity(at) : {};
  const labels = restoreLabels(site.namespace, site.cluster);
  if (options.namespace === undefined) {
    await kube.create(restoreNamespace(namespace, { ...labels, ...security }));
    // Before there is anything in it that could connect.
    const store = await towardsStoreOf(plan);
    await kube.create(restorePolicy(namespace, labels, { ...site, store, api: await anyApi(kube) }));
  } else await demandKept(at, namespace);
  for (const name of secretsOf(objects)) {
    const secret = await kube.read<Secret>(refTo(secretKind, name, site.namespace)).catch((error: unknown) => {
      throw explained(error, `the Secret ${name} in ${site.namespace}, which reading the store needs,`);
    });
    if (!secret) throw new UsageError(`reading the store needs the Secret ${name}, which is not in ${site.namespace}`);
    // Created, not applied: the right to change Secrets or Clusters would hold in every namespace.
    await kube.create(copyOf(secret, namespace, labels));
  }
  for (const object of objects) await kube.create(object);
}

/** By the ports of the pods behind its Service, where it has one. */
async function towardsStoreOf({ at, source, options }: RestorePlan): Promise<readonly EgressRule[]> {
  const { kube, site } = at;
  const { configuration } = source.archiver;
  const { endpointURL } = configuration;
  const address = endpointURL && fromAnywhere(endpointURL, site.namespace);
  return towardsStore(address, {
    ports: address ? await podPorts(kube, site.namespace, address) : undefined,
    identities: options.readerSecret === undefined ? identitiesOf(source.cluster, configuration) : [],
  });
}

/** Its ports at any address: some CNIs do not take the API server's addresses for those of a policy. */
async function anyApi(kube: Kube): Promise<ApiServers> {
  const { ports } = await apiServersOf(kube);
  return { addresses: [], ports: [...new Set([...apiPorts, ...ports])] };
}

/** @throws SetupError where the restored instance may act as the original does */
async function restoredFacts(client: Client): Promise<{ timeline: number; bytes: number }> {
  const acts = await whyItActs(client);
  if (acts) throw new SetupError(`the restored instance must not act as the original does, but ${acts}`);
  return restoredSize(client);
}

/** The labels by which the source's namespace holds its pods to a standard. */
async function podSecurity({ kube, site }: ClusterAt): Promise<Record<string, string>> {
  const found = await kube.read<KubeObject>(refTo(namespaceKind, site.namespace)).catch((error: unknown) => {
    if (apiStatus(error) === 403) return undefined;
    throw error;
  });
  const all = Object.entries(found?.metadata.labels ?? {});
  return Object.fromEntries(all.filter(([name]) => name.startsWith('pod-security.kubernetes.io/')));
}

/** Until the one instance is ready. What admission refuses ends the wait too. */
const recovered = (at: ClusterAt, withinMs: number, signal: AbortSignal): Promise<void> =>
  instanceRestored(at, {
    ...{ withinMs, signal, what: 'the restored instance to be ready' },
    hopeless: async (pods) => {
      if (pods.length > 0) return undefined;
      const warnings = await lastWarnings(at.kube, at.site.namespace, 10).catch(() => []);
      return warnings.find((text) => hopeless.test(text));
    },
  });

/** As superuser, by the instance's own socket: in names of the catalogue alone, since the data bring those of their owners. */
const connect = ({ kube, site }: ClusterAt, database: string): Promise<Client> =>
  connectSocket(
    kube,
    { namespace: site.namespace, pod: `${restoredName}-1`, container: postgresContainer },
    { user: 'postgres', database, options: catalogueOnly },
    connectWithinMs,
  );

const cannotWrite = ({ options, source }: RestorePlan): string => {
  const account = options.readerSecret
    ? `it reads the store by the account of the Secret ${options.readerSecret}`
    : `it reads the store by the credentials of ${source.cluster.metadata.name}`;
  return `${account}; the Cluster, read back from the API, has neither spec.backup nor a plugin that archives`;
};

/** What could not be removed stays in the lease, and is found by the look for what was left. */
async function removed(
  { at, forget }: RestorePlan,
  namespace: string,
  progress: (step: string) => void,
): Promise<void> {
  progress(`removing what was restored into the namespace ${namespace}`);
  const left = await removeRestore(at, namespace).catch((error: unknown) => [apiMessage(error)]);
  if (left.length === 0) return forget(namespace);
  progress(`still there: ${left.join('; ')}`);
}

async function whyFailed(there: ClusterAt, error: unknown): Promise<string> {
  const pods = await podsOf(there).catch(() => []);
  const complaints = await complaintsOf(there, pods).catch(() => []);
  const warnings = await lastWarnings(there.kube, there.site.namespace).catch(() => []);
  const said = complaints.length > 0 ? complaints : warnings;
  return restoreCause([...said, apiMessage(error)].join('\n'), []);
}
