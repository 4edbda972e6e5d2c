/** The objects that a restore makes. */
import { barmanPlugin, objectStore, pluginParameters } from '../../../kubernetes/barman-plugin.ts';
import type { RecoveryTarget } from '../../backup/recovery-target.ts';
import { recoveryTargetTime } from '../../backup/server-time.ts';
import { type Cluster, clusterKind, type KubeObject, secretKind } from '../objects.ts';
import type { Archiver } from './archiver.ts';

/** The secret that a restore reads the store with, and nothing else. */
export const accountSecret = (
  name: string,
  namespace: string,
  account: { accessKey: string; secretKey: string; sessionToken: string },
): KubeObject => ({
  ...secretKind,
  metadata: { name, namespace },
  type: 'Opaque',
  stringData: { 'access-key': account.accessKey, 'secret-key': account.secretKey, token: account.sessionToken },
});

interface Bootstrap {
  readonly initdb?: { readonly database?: string; readonly owner?: string };
}

/** PostgreSQL's parameters that a recovery demands to be at least as large as they were. */
const checkedByRecovery = [
  'max_connections',
  'max_worker_processes',
  'max_wal_senders',
  'max_prepared_transactions',
  'max_locks_per_transaction',
];

/**
 * As grace of the pod: Kubernetes looks at a namespace that it deletes again after half of the longest grace in it, with the
 * operator's default of 30 min a quarter of an hour later.
 */
const stopDelayS = 20;

/**
 * A Cluster of one instance that is made from another's backups. It has neither `backup` nor `plugins` of its own, so
 * that it archives nothing, and its account may only read. Where the plugin archives, its ObjectStore comes first.
 * @param name of the Cluster, of the ObjectStore, and of the secret with the account
 */
export function recoveryObjects(
  name: string,
  source: Cluster,
  archiver: Archiver,
  target: RecoveryTarget,
): readonly KubeObject[] {
  const { namespace } = source.metadata;
  const { byPlugin, server } = archiver;
  const configuration = readingConfiguration(name, archiver);
  const origin = byPlugin
    ? { plugin: { name: barmanPlugin, parameters: pluginParameters(name, server) } }
    : { barmanObjectStore: { ...configuration, serverName: server } };
  const cluster = recoveryCluster(name, source, target, { name: 'origin', ...origin });
  return byPlugin ? [objectStore(name, namespace, configuration), cluster] : [cluster];
}

/** Where the source archives to, by the account of the restore. */
function readingConfiguration(secret: string, { configuration: { destinationPath, endpointURL } }: Archiver) {
  const key = (of: string) => ({ name: secret, key: of });
  const s3Credentials = {
    accessKeyId: key('access-key'),
    secretAccessKey: key('secret-key'),
    sessionToken: key('token'),
  };
  return { destinationPath, endpointURL, s3Credentials, wal: { maxParallel: 4 } };
}

/**
 * A Cluster of one instance that is made from another's backups, in the namespace of `source`.
 * @param origin the entry of `externalClusters` that it reads from
 */
export function recoveryCluster(
  name: string,
  source: Cluster,
  target: RecoveryTarget,
  origin: { readonly name: string },
): KubeObject {
  const { parameters = {} } = (source.spec.postgresql ?? {}) as { parameters?: Record<string, string> };
  const kept = Object.entries(parameters).filter(([parameter]) => checkedByRecovery.includes(parameter));
  const { database, owner } = (source.spec.bootstrap as Bootstrap | undefined)?.initdb ?? {};
  return {
    ...clusterKind,
    metadata: { name, namespace: source.metadata.namespace! },
    spec: {
      instances: 1,
      // It has no clients whose sessions would be waited for.
      smartShutdownTimeout: 0,
      stopDelay: stopDelayS,
      imageName: source.spec.imageName,
      enableSuperuserAccess: true,
      storage: source.spec.storage,
      postgresql: { parameters: Object.fromEntries(kept) },
      bootstrap: {
        recovery: {
          source: origin.name,
          // Otherwise the operator looks for a database `app`.
          ...(database && owner && { database, owner }),
          ...(target.kind === 'time' && { recoveryTarget: { targetTime: recoveryTargetTime(target.serverTime) } }),
        },
      },
      externalClusters: [origin],
    },
  };
}
