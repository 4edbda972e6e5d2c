/** For tests: what a drill makes for a restore exactly, with what CloudNativePG adds, and what is beside it. */
import { objectStore } from '../kubernetes/barman-plugin.ts';
import { copyOf, restoreLabels, restoreObjects } from '../stacks/cluster/restore/objects.ts';
import type { RestoreSource } from '../stacks/cluster/restore/source.ts';
import type { AdmissionRequest } from './test-admission.ts';
import { type Asked, no, request, yes } from './test-requests.ts';
import { deletions, jobs } from './test-requests-jobs.ts';
import { there } from './test-requests-reviewed.ts';

const cnpg = { group: 'postgresql.cnpg.io', version: 'v1' };
const barman = { group: 'barmancloud.cnpg.io', version: 'v1' };
type Operation = AdmissionRequest['operation'];

const source = (byPlugin: boolean) =>
  ({
    cluster: {
      ...{ apiVersion: 'postgresql.cnpg.io/v1', kind: 'Cluster', metadata: { name: 'pg', namespace: 'db' } },
      spec: {
        ...{ instances: 3, imageName: 'i', storage: { size: '1Gi' } },
        walStorage: { pvcTemplate: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } } },
        tablespaces: [{ name: 't', owner: { name: 'app' }, storage: { size: '1Gi' } }],
        affinity: { nodeSelector: { disk: 'ssd' }, enablePodAntiAffinity: true, podAntiAffinityType: 'required' },
        resources: { requests: { cpu: '1' }, limits: { memory: '1Gi' } },
        ...{ imagePullSecrets: [{ name: 'registry' }], imagePullPolicy: 'Always', schedulerName: 'default-scheduler' },
        ...{ postgresUID: 26, postgresGID: 26, seccompProfile: { type: 'RuntimeDefault' } },
        ...{ podSecurityContext: { runAsNonRoot: true }, securityContext: { runAsNonRoot: true } },
        postgresql: { parameters: { max_connections: '200' }, shared_preload_libraries: ['timescaledb', 'pg_cron'] },
        bootstrap: { initdb: { database: 'app', owner: 'app' } },
        serviceAccountTemplate: {
          metadata: { annotations: { 'eks.amazonaws.com/role-arn': 'arn:reader', 'example.com/team': 'x' } },
        },
      },
    },
    archiver: { byPlugin, server: 'pg', configuration: { destinationPath: 's3://b/', wal: { maxParallel: 4 } } },
    backup: { name: 'b', id: '20261130T150000' },
  }) as unknown as RestoreSource;
const time = { kind: 'time', serverTime: '2026-11-30T08:00:00.000001Z' } as const;
const objectsOf = (byPlugin: boolean, readerSecret?: string) =>
  restoreObjects(there, source(byPlugin), time, { readerSecret, storageClass: undefined });
type Object_ = { readonly metadata: object; readonly spec: Record<string, unknown> };
/** What the policy sees, after the operator's webhook, on CloudNativePG 1.30. */
const defaulted = (object: unknown) => {
  const { metadata, spec } = object as Object_;
  const { bootstrap, postgresql, storage, affinity, externalClusters } = spec as Record<string, object>;
  const slots = { enabled: true, slotPrefix: '_cnpg_' };
  return {
    ...(object as object),
    metadata: { ...metadata, uid: 'u', generation: 1, creationTimestamp: '2026-11-30T15:00:00Z', managedFields: [] },
    spec: {
      ...spec,
      ...{ minSyncReplicas: 0, maxSyncReplicas: 0, startDelay: 3600, switchoverDelay: 3600, failoverDelay: 0 },
      ...{ logLevel: 'info', primaryUpdateStrategy: 'unsupervised', primaryUpdateMethod: 'restart', resources: {} },
      replicationSlots: { highAvailability: slots, synchronizeReplicas: { enabled: true }, updateInterval: 30 },
      monitoring: {
        customQueriesConfigMap: [{ name: 'cnpg-default-monitoring', key: 'queries' }],
        ...{ disableDefaultQueries: false, enablePodMonitor: false },
      },
      affinity: { ...affinity, podAntiAffinityType: 'preferred' },
      probes: { liveness: { isolationCheck: { enabled: true, requestTimeout: 1000, connectionTimeout: 1000 } } },
      storage: { ...storage, resizeInUseVolumes: true },
      postgresql: { ...postgresql, syncReplicaElectionConstraint: { enabled: false } },
      externalClusters: (externalClusters as unknown as readonly { readonly plugin?: object }[]).map((one) => ({
        ...one,
        ...(one.plugin && { plugin: { ...one.plugin, enabled: true, isWALArchiver: false } }),
      })),
      bootstrap,
    },
    status: {},
  };
};

const restoring = (kind: string, resource: string, gv: typeof cnpg, operation: Operation, object: object) =>
  request(operation, resource, {
    ...{ kind: { ...gv, kind }, resource: { ...gv, resource }, name: 'restored', namespace: there },
    ...{ object, oldObject: operation === 'UPDATE' ? object : null },
  });
const restored = objectsOf(false, 'reader').at(-1) as unknown as Object_;
const cluster = (spec: object = {}, metadata: object = {}, operation: Operation = 'CREATE') =>
  restoring('Cluster', 'clusters', cnpg, operation, {
    ...defaulted({ ...restored, metadata: { ...restored.metadata, ...metadata }, spec: { ...restored.spec, ...spec } }),
  });
const account = (annotations: object, more: object = {}) => ({
  serviceAccountTemplate: { metadata: { annotations, ...more } },
});

/** The Cluster that reads by the account of the source, or with this template. */
export const byAccount = (annotations?: object, more?: object): AdmissionRequest =>
  annotations
    ? cluster(account(annotations, more))
    : restoring('Cluster', 'clusters', cnpg, 'CREATE', defaulted(objectsOf(false).at(-1)));

const recovery = (restored.spec.bootstrap as { readonly recovery: object }).recovery;
const [origin] = restored.spec.externalClusters as readonly object[];
const plugin = (more: object) => ({
  externalClusters: [{ name: 'origin', plugin: { name: 'barman-cloud.cloudnative-pg.io', ...more } }],
});
const annotated = (key: string) => cluster({}, { annotations: { [key]: 'x' } });
const clusters: readonly Asked[] = [
  yes('the Cluster of a restore with all that the operator adds', cluster()),
  yes(
    'the Cluster of a restore by the plugin',
    restoring('Cluster', 'clusters', cnpg, 'CREATE', defaulted(objectsOf(true, 'reader').at(-1))),
  ),
  ...[
    ...['cnpg.io/validation', 'cnpg.io/podPatch', 'container.apparmor.security.beta.kubernetes.io/postgres'],
    ...['linkerd.io/inject', 'cnpg.io/hibernation', 'example.com/note'],
  ].map((key) => no(`a restored Cluster with the annotation ${key}`, annotated(key))),
  no('a restored Cluster with a label', cluster({}, { labels: { app: 'api' } })),
  no('a restored Cluster with a finalizer', cluster({}, { finalizers: ['a.b/c'] })),
  no('a restored Cluster with an owner', cluster({}, { ownerReferences: [{ kind: 'Lease', name: 'x', uid: '1' }] })),
  no('a restored Cluster with a disruption budget', cluster({ enablePDB: true })),
  no('a restored Cluster with an account of a cloud', cluster(account({ 'eks.amazonaws.com/role-arn': 'arn:writer' }))),
  no('a restored Cluster that is spread', cluster({ topologySpreadConstraints: [{ maxSkew: 1 }] })),
  no('a restored Cluster with a field that a later operator has', cluster({ somethingNew: {} })),
  no('a restored Cluster with images as volumes', cluster({ postgresql: { extensions: [{ name: 'a', image: {} }] } })),
  no(
    'a restored Cluster with rules of its own for clients',
    cluster({ postgresql: { pg_hba: ['host all all all trust'] } }),
  ),
  no('a restored Cluster from volumes', cluster({ bootstrap: { recovery: { ...recovery, volumeSnapshots: {} } } })),
  no('a restored Cluster that is new', cluster({ bootstrap: { initdb: { database: 'app' } } })),
  no('a restored Cluster that copies another', cluster({ bootstrap: { pg_basebackup: { source: 'origin' } } })),
  no(
    'a restored Cluster that connects to another',
    cluster({ externalClusters: [{ ...origin, connectionParameters: { host: 'x' } }] }),
  ),
  no('a restored Cluster with another plugin', cluster(plugin({ name: 'evil.example' }))),
  no('a restored Cluster that reads another ObjectStore', cluster(plugin({ parameters: { barmanObjectName: 'x' } }))),
  no(
    'a restored Cluster with a volume of blocks at other speed',
    cluster({ storage: { pvcTemplate: { volumeAttributesClassName: 'v' } } }),
  ),
  no(
    'a restored Cluster with a field of a tablespace',
    cluster({ tablespaces: [{ name: 't', storage: { dataSource: {} } }] }),
  ),
  no('a restored Cluster that takes a device', cluster({ affinity: {}, resourceClaims: [] })),
  no('a change of the restored Cluster', cluster({}, {}, 'UPDATE')),
];

const store = (spec: object = {}, metadata: object = {}) => {
  const made = objectStore('restored', there, { destinationPath: 's3://b/' });
  return restoring('ObjectStore', 'objectstores', barman, 'CREATE', {
    ...{ ...made, metadata: { ...made.metadata, ...metadata }, spec: { ...made.spec, ...spec } },
  });
};
const stores: readonly Asked[] = [
  yes('the ObjectStore of a restore', store()),
  no('an ObjectStore of another name', store({}, { name: 'pg' })),
  no('an ObjectStore beside the Cluster', { ...store(), namespace: 'db' }),
  no('an ObjectStore that removes backups', store({ retentionPolicy: '1d' })),
  no('an ObjectStore with variables of its sidecar', store({ instanceSidecarConfiguration: { env: [] } })),
  no('an ObjectStore with a finalizer', store({}, { finalizers: ['a.b/c'] })),
];

const copied = (type: string) =>
  copyOf(
    {
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { name: 'store', namespace: 'db' },
      data: { a: 'YQ==' },
      type,
    } as never,
    there,
    restoreLabels('db', 'pg'),
  ) as unknown as Object_;
const secret = (change: object = {}, metadata: object = {}) => {
  const made = copied('Opaque');
  const object = { ...made, metadata: { ...made.metadata, ...metadata }, ...change };
  const kind = { group: '', version: 'v1', kind: 'Secret' };
  const { name, namespace } = object.metadata as unknown as { readonly name: string; readonly namespace: string };
  return request('CREATE', 'secrets', { kind, name, namespace, object });
};
const token = 'kubernetes.io/service-account-token';
const ours = restoreLabels('db', 'pg');
const secrets: readonly Asked[] = [
  yes('the copy of a Secret', secret()),
  yes('the copy of the Secret of a registry', secret(copied('kubernetes.io/dockerconfigjson'), { name: 'registry' })),
  yes('the copy of a Secret of another type, which becomes an opaque one', secret(copied('example.com/special'))),
  no('a Secret that Kubernetes fills with a token', secret({ type: token })),
  no(
    'the token of an account by its annotation',
    secret({ type: token }, { annotations: { 'kubernetes.io/service-account.name': 'restored' } }),
  ),
  no('a Secret with an annotation', secret({}, { annotations: { 'reflector.example/allowed': 'true' } })),
  no('a Secret with the type of others', secret({ type: 'helm.sh/release.v1' })),
  no('a Secret of a name that restores do not copy', secret({}, { name: 'restored-superuser' })),
  no('a Secret of two names in one text', secret({}, { name: 'store,registry' })),
  no('a Secret with a name that Kubernetes chooses', secret({}, { name: '', generateName: 'store' })),
  no('a Secret beside the Cluster', secret({}, { namespace: 'db' })),
  no('a Secret that drills would not find again', secret({}, { labels: {} })),
  no('a Secret of restores of another Cluster', secret({}, { labels: restoreLabels('db', 'other') })),
  no('a Secret of restores of another namespace', secret({}, { labels: restoreLabels('other', 'pg') })),
  no('a Secret that the operator takes for its own', secret({}, { labels: { ...ours, 'cnpg.io/reload': '' } })),
  no('a Secret with a finalizer', secret({}, { finalizers: ['a.b/c'] })),
];

export const exact: readonly Asked[] = [...clusters, ...stores, ...secrets, ...deletions, ...jobs];
