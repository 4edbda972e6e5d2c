/** The objects of CloudNativePG about backups, as far as they are read and written. */
import { recoveryTargetTime } from '../../backup/server-time.ts';
import type { RecoveryTarget } from '../../backups.ts';
import { type Cluster, clusterKind, type KubeObject, secretKind } from '../objects.ts';

/** The part of a Cluster that says where its backups are (in-tree Barman). */
export interface BarmanObjectStore {
  readonly destinationPath: string;
  readonly endpointURL?: string;
  readonly serverName?: string;
  readonly s3Credentials?: Readonly<Record<string, { readonly name: string; readonly key: string }>>;
  readonly wal?: Readonly<Record<string, unknown>>;
}

/** Where a Cluster's backups are. Undefined where it has none in the tree. */
export const objectStoreOf = (cluster: Cluster): BarmanObjectStore | undefined =>
  (cluster.spec.backup as { barmanObjectStore?: BarmanObjectStore } | undefined)?.barmanObjectStore;

interface Plugin {
  readonly name: string;
  readonly enabled?: boolean;
  readonly isWALArchiver?: boolean;
}

/** The plugin that archives a Cluster's WAL, which takes the place of Barman in the tree; undefined where none does. */
export const archivingPlugin = (cluster: Cluster): string | undefined =>
  ((cluster.spec.plugins ?? []) as readonly Plugin[]).find(
    ({ enabled, isWALArchiver }) => isWALArchiver && enabled !== false,
  )?.name;

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
 * A Cluster of one instance that is made from another's backups. It has no `backup` of its own, so that it archives
 * nothing, and its account may only read.
 */
export function recoveryCluster(name: string, source: Cluster, secret: string, target: RecoveryTarget): KubeObject {
  const store = objectStoreOf(source)!;
  const { parameters = {} } = (source.spec.postgresql ?? {}) as { parameters?: Record<string, string> };
  const kept = Object.entries(parameters).filter(([parameter]) => checkedByRecovery.includes(parameter));
  const { database, owner } = (source.spec.bootstrap as Bootstrap | undefined)?.initdb ?? {};
  const key = (of: string) => ({ name: secret, key: of });
  return {
    ...clusterKind,
    metadata: { name, namespace: source.metadata.namespace! },
    spec: {
      instances: 1,
      // It has no clients whose sessions would be waited for.
      smartShutdownTimeout: 0,
      imageName: source.spec.imageName,
      enableSuperuserAccess: true,
      storage: source.spec.storage,
      postgresql: { parameters: Object.fromEntries(kept) },
      bootstrap: {
        recovery: {
          source: 'origin',
          // Otherwise the operator looks for a database `app`.
          ...(database && owner && { database, owner }),
          ...(target.kind === 'time' && { recoveryTarget: { targetTime: recoveryTargetTime(target.serverTime) } }),
        },
      },
      externalClusters: [
        {
          name: 'origin',
          barmanObjectStore: {
            destinationPath: store.destinationPath,
            endpointURL: store.endpointURL,
            serverName: store.serverName ?? source.metadata.name,
            s3Credentials: {
              accessKeyId: key('access-key'),
              secretAccessKey: key('secret-key'),
              sessionToken: key('token'),
            },
            wal: { maxParallel: 4 },
          },
        },
      ],
    },
  };
}
