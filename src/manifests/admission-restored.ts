/**
 * What an account may make in the namespace for restores: the Cluster, its ObjectStore and the copies of Secrets exactly as a
 * restore sends them. Fields that Kubernetes or CloudNativePG set by default pass too; any other field denies. Pure.
 */
import { barmanPlugin } from '../kubernetes/barman-plugin.ts';
import { managedBy } from '../managed-by.ts';
import { accountPrefixes } from '../stacks/cluster/restore/identity.ts';
import { copiedTypes, fieldsOfRestored, fromLabel, ofLabel, restoredName } from '../stacks/cluster/restore/objects.ts';
import {
  absent,
  all,
  type Check,
  either,
  empty,
  labelled,
  off,
  ofItself,
  onlyLabels,
  rule,
  text,
} from './admission-cel.ts';
import { fieldsWithin } from './admission-fields.ts';
import type { Monthly } from './plan.ts';

/**
 * Set by the definition of Clusters or by the operator's webhook. Source: CloudNativePG, `api/v1/cluster_types.go` (the markers
 * `kubebuilder:default`) and `api/v1/cluster_defaults.go`.
 */
const defaults = {
  spec: [
    ...['minSyncReplicas', 'maxSyncReplicas', 'startDelay', 'switchoverDelay', 'failoverDelay', 'logLevel', 'probes'],
    ...['primaryUpdateStrategy', 'primaryUpdateMethod', 'replicationSlots', 'monitoring'],
  ],
  affinity: ['podAntiAffinityType', 'topologyKey', 'enablePodAntiAffinity'],
  postgresql: ['syncReplicaElectionConstraint'],
  monitoring: ['customQueriesConfigMap', 'customQueriesSecret', 'disableDefaultQueries', 'enablePodMonitor'],
  storage: ['resizeInUseVolumes'],
  plugin: ['enabled', 'isWALArchiver'],
} as const;

const noMetadata = empty('object.metadata', ['annotations', 'labels', 'finalizers', 'ownerReferences']);

const storage = (at: string): string =>
  all(
    fieldsWithin(at, ['size', 'storageClass', 'pvcTemplate', ...defaults.storage]),
    fieldsWithin(`${at}.pvcTemplate`, ['accessModes', 'resources', 'storageClassName', 'volumeMode']),
  );

/** An entry of `externalClusters`: the store, read in-tree or by the plugin. */
const origin = all(
  fieldsWithin('c', ['name', 'plugin', 'barmanObjectStore']),
  fieldsWithin('c.plugin', ['name', 'parameters', ...defaults.plugin]),
  either('!has(c.plugin)', all(`c.plugin.name == ${text(barmanPlugin)}`, off('c.plugin', ['isWALArchiver']))),
  fieldsWithin('c.plugin.parameters', ['barmanObjectName', 'serverName']),
  either('!has(c.plugin)', `c.plugin.parameters.barmanObjectName == ${text(restoredName)}`),
);

const ofAccount = `(${accountPrefixes.map((prefix) => `k.startsWith(${text(prefix)})`).join(' || ')})`;
/** In the place of the pairs: nobody knows which account of a cloud the Cluster has. No pair is this. */
const anyAccount = '*';
/** @param known pairs `key=value` with a comma before and after each, or `anyAccount` in their place */
const isKnown = (value: string, known: string): string =>
  either(
    `${known} == ${text(`,${anyAccount},`)}`,
    `!${value}.contains(',') && ${known}.contains(',' + k + '=' + ${value} + ',')`,
  );
/** Which account of a cloud the pod gets: none, that of the Cluster, or any where that of the Cluster is unknown. */
const account = (archive: string, known: string): string =>
  either(
    '!has(object.spec.serviceAccountTemplate)',
    all(
      `${archive} == 'true'`,
      `${known} != ',,'`,
      fieldsWithin('object.spec.serviceAccountTemplate', ['metadata']),
      fieldsWithin('object.spec.serviceAccountTemplate.metadata', ['annotations', 'labels']),
      ...['annotations', 'labels'].map((field) =>
        either(
          '!has(object.spec.serviceAccountTemplate.metadata)',
          `!has(object.spec.serviceAccountTemplate.metadata.${field})`,
          `object.spec.serviceAccountTemplate.metadata.${field}.all(k, ${ofAccount} && ${isKnown(`object.spec.serviceAccountTemplate.metadata.${field}[k]`, known)})`,
        ),
      ),
    ),
  );

const cluster = (archive: string, known: string): string =>
  all(
    "request.operation == 'CREATE'",
    noMetadata,
    fieldsWithin('object.spec', [...fieldsOfRestored, ...defaults.spec]),
    // A budget would keep the node of the copy from being drained.
    off('object.spec', ['enablePDB']),
    fieldsWithin('object.spec.affinity', ['nodeSelector', 'tolerations', 'nodeAffinity', ...defaults.affinity]),
    fieldsWithin('object.spec.postgresql', ['parameters', 'shared_preload_libraries', ...defaults.postgresql]),
    fieldsWithin('object.spec.monitoring', defaults.monitoring),
    either('!has(object.spec.monitoring)', off('object.spec.monitoring', ['enablePodMonitor'])),
    fieldsWithin('object.spec.resources', ['requests', 'limits']),
    fieldsWithin('object.spec.bootstrap', ['recovery']),
    fieldsWithin('object.spec.bootstrap.recovery', ['source', 'database', 'owner', 'recoveryTarget']),
    fieldsWithin('object.spec.bootstrap.recovery.recoveryTarget', ['backupID', 'targetTime']),
    either('!has(object.spec.externalClusters)', `object.spec.externalClusters.all(c, ${origin})`),
    ...['storage', 'walStorage'].map((field) => storage(`object.spec.${field}`)),
    either(
      '!has(object.spec.tablespaces)',
      `object.spec.tablespaces.all(t, ${all(fieldsWithin('t', ['name', 'owner', 'storage', 'temporary']), storage('t.storage'))})`,
    ),
    account(archive, known),
  );

export type RestoresOf = Pick<
  Monthly,
  'cluster' | 'restoreNamespace' | 'storeSecrets' | 'archiveAccount' | 'cloudAccount'
>;

/** Checks of the objects that a restore makes. */
export function checksOfRestores(plan: RestoresOf): readonly Check[] {
  const there = `request.namespace == ${text(plan.restoreNamespace)}`;
  const named = `object.metadata.name == ${text(restoredName)}`;
  const pairs = { ...managedBy, [ofLabel]: plan.cluster };
  // No name of a Secret has a comma.
  const names = text(`,${plan.storeSecrets.join(',')},`);
  return [
    {
      rule: rule('postgresql.cnpg.io', 'CREATE UPDATE', 'clusters'),
      on: ofItself('clusters', 'CREATE', 'UPDATE'),
      holds: cluster(text(String(plan.archiveAccount)), text(`,${(plan.cloudAccount ?? [anyAccount]).join(',')},`)),
      message:
        'a drill makes the Cluster that it restores with the fields of a restore only, without annotations, labels, finalizers or a disruption budget, with an account of the cloud only where restores read by that of the Cluster, and changes no Cluster',
    },
    {
      rule: rule('barmancloud.cnpg.io', 'CREATE', 'objectstores'),
      on: ofItself('objectstores', 'CREATE'),
      holds: all(...[there, named, noMetadata], fieldsWithin('object.spec', ['configuration'])),
      message: 'a drill makes the ObjectStore of its restore only, which says where to read',
    },
    {
      rule: rule('', 'CREATE', 'secrets'),
      on: ofItself('secrets', 'CREATE'),
      holds: all(
        there,
        `has(object.metadata.name) && object.metadata.name != '' && !object.metadata.name.contains(',')`,
        `${names}.contains(',' + object.metadata.name + ',')`,
        absent('object', ['immutable']),
        `has(object.type) && object.type in [${copiedTypes.map(text).join(', ')}]`,
        empty('object.metadata', ['annotations', 'finalizers', 'ownerReferences']),
        ...Object.entries(pairs).map(([key, value]) => labelled('object', key, value)),
        `${text(fromLabel)} in object.metadata.labels && object.metadata.labels[${text(fromLabel)}] == params.metadata.namespace`,
        onlyLabels('object', pairs, [fromLabel]),
      ),
      message:
        'a drill copies the Secrets that reading the store takes into the namespace for restores, by their names and with its labels, and never one that Kubernetes fills with a token',
    },
  ];
}
