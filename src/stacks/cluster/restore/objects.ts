/** The objects of a restore beside an existing cluster: everything is in one namespace, which goes afterwards. Pure. */
import { barmanPlugin, objectStore, pluginParameters } from '../../../kubernetes/barman-plugin.ts';
import { managedBy } from '../../../managed-by.ts';
import type { RecoveryTarget } from '../../backup/recovery-target.ts';
import type { BarmanObjectStore } from '../../cnpg/backup/archiver.ts';
import { recoveryCluster } from '../../cnpg/backup/objects.ts';
import type { Site } from '../../cnpg/names.ts';
import { type Cluster, type KubeObject, type Secret, secretKind } from '../../cnpg/objects.ts';
import { accountOf } from './identity.ts';
import type { RestoreOptions } from './options.ts';
import { quietLibraries, quietParameters } from './quiet.ts';
import type { RestoreSource } from './source.ts';
import { withClass } from './volumes.ts';

export const namespaceKind = { apiVersion: 'v1', kind: 'Namespace' } as const;
export const ofLabel = 'pgdrill.dev/restore-of';
export const fromLabel = 'pgdrill.dev/restore-from';
/** Which Cluster, in which namespace, was restored into this one. */
export const restoreLabels = (namespace: string, cluster: string) => ({
  ...managedBy,
  [ofLabel]: cluster,
  [fromLabel]: namespace,
});
/** The same labels, for a list. */
export const restoreSelector = ({ namespace, cluster }: Site): string =>
  Object.entries(restoreLabels(namespace, cluster))
    .map((pair) => pair.join('='))
    .join();
/** A namespace with this label is kept for restores: what they make in it is removed, and the namespace stays. */
export const keptLabel = { 'pgdrill.dev/kept-for-restores': 'true' } as const;
/** The restored Cluster and, where the plugin reads, its ObjectStore. */
export const restoredName = 'restored';

/** Fields of the source's spec that the restored instance needs to start, to be let in and to reach the store. */
const copied = [
  ...['walStorage', 'tablespaces', 'imagePullSecrets', 'imagePullPolicy', 'resources', 'postgresUID', 'postgresGID'],
  ...['seccompProfile', 'podSecurityContext', 'securityContext', 'schedulerName'],
];
/** Every field of the spec that a restored Cluster may have from here; the admission policy of `manifests` lets no other pass. */
export const fieldsOfRestored: readonly string[] = [
  ...copied,
  ...['instances', 'smartShutdownTimeout', 'stopDelay', 'imageName', 'enableSuperuserAccess', 'enablePDB', 'storage'],
  ...['postgresql', 'bootstrap', 'externalClusters', 'affinity', 'serviceAccountTemplate'],
];
/** Of `affinity`: which nodes may hold the data. Its rules about other instances mean nothing to a single one. */
const placing = ['nodeSelector', 'tolerations', 'nodeAffinity'];

const fieldsOf = (from: Readonly<Record<string, unknown>>, names: readonly string[]): Record<string, unknown> =>
  Object.fromEntries(names.flatMap((name) => (from[name] === undefined ? [] : [[name, from[name]]])));

/** @param labels of the source's namespace for Pod Security: what its pods must keep to holds here too */
export const restoreNamespace = (name: string, labels: Readonly<Record<string, string>>): KubeObject => ({
  ...namespaceKind,
  metadata: { name, labels },
});

/**
 * The Cluster of one instance, with its ObjectStore before it where the plugin reads. It has neither `backup` nor `plugins`,
 * so that it archives nothing, and its parameters keep it from acting as the source does.
 * @param options the account that reads the store in place of the source's own, and the storage class
 */
export function restoreObjects(
  namespace: string,
  { cluster, archiver, backup }: RestoreSource,
  target: RecoveryTarget,
  { readerSecret, storageClass }: Pick<RestoreOptions, 'readerSecret' | 'storageClass'>,
): KubeObject[] {
  const { byPlugin, server } = archiver;
  const configuration = readingConfiguration(archiver.configuration, cluster.metadata.namespace ?? '', readerSecret);
  const origin = byPlugin
    ? { plugin: { name: barmanPlugin, parameters: pluginParameters(restoredName, server) } }
    : { barmanObjectStore: { ...configuration, serverName: server } };
  const there = { ...cluster, metadata: { ...cluster.metadata, namespace } };
  const made = recoveryCluster(restoredName, there, target, { name: 'origin', ...origin }) as Cluster;
  const { bootstrap, postgresql, ...spec } = made.spec as Recovery;
  const { recovery } = bootstrap;
  const { shared_preload_libraries: libraries } = (cluster.spec.postgresql ?? {}) as {
    shared_preload_libraries?: readonly string[];
  };
  const affinity = fieldsOf((cluster.spec.affinity ?? {}) as Record<string, unknown>, placing);
  // The source's own account in the cloud may write to the store.
  const account = readerSecret === undefined ? accountOf(cluster.spec) : undefined;
  const all = {
    ...spec,
    ...fieldsOf(cluster.spec, copied),
    ...(account && { serviceAccountTemplate: account }),
    // A budget would keep its node from being drained.
    enablePDB: false,
    ...(Object.keys(affinity).length > 0 && { affinity }),
    imageName: cluster.status?.image ?? spec.imageName,
    postgresql: {
      parameters: { ...postgresql.parameters, ...quietParameters },
      ...(libraries && { shared_preload_libraries: quietLibraries(libraries) }),
    },
    bootstrap: { recovery: { ...recovery, recoveryTarget: { ...recovery.recoveryTarget, backupID: backup.id } } },
  };
  const restored = { ...made, spec: withClass(all, storageClass) };
  return byPlugin ? [objectStore(restoredName, namespace, configuration), restored] : [restored];
}

type Recovery = Cluster['spec'] & {
  readonly bootstrap: { readonly recovery: { readonly recoveryTarget?: object } };
  readonly postgresql: { readonly parameters: Readonly<Record<string, string>> };
};

/** As the source archives, without its folder, which is said beside it. @param from the source's namespace */
function readingConfiguration(configuration: object, from: string, reader: string | undefined) {
  const {
    serverName: _,
    endpointURL,
    ...rest
  } = configuration as Partial<BarmanObjectStore> & {
    readonly s3Credentials?: object;
  };
  const reading = { ...rest, ...(endpointURL && { endpointURL: fromAnywhere(endpointURL, from) }) };
  if (reader === undefined) return reading;
  const key = (of: string) => ({ name: reader, key: of });
  const { region } = (reading.s3Credentials ?? {}) as { readonly region?: object };
  const account = { accessKeyId: key('ACCESS_KEY_ID'), secretAccessKey: key('ACCESS_SECRET_KEY') };
  return { ...reading, s3Credentials: { ...account, ...(region && { region }) } };
}

/** A Service by its short name is found from its own namespace only. */
export function fromAnywhere(address: string, namespace: string): string {
  const url = URL.canParse(address) ? new URL(address) : undefined;
  if (!url || /[.:]/.test(url.hostname)) return address;
  return address.replace(`//${url.hostname}`, `//${url.hostname}.${namespace}.svc`);
}

/** Names of the Secrets that the objects refer to: `{ name, key }` wherever it stands, and pull secrets. */
export function secretsOf(objects: readonly KubeObject[]): string[] {
  const found = new Set<string>();
  const visit = (value: unknown): void => {
    if (typeof value !== 'object' || value === null) return;
    const { name, key } = value as { readonly name?: unknown; readonly key?: unknown };
    if (typeof name === 'string' && typeof key === 'string') found.add(name);
    for (const inner of Object.values(value)) visit(inner);
  };
  for (const { spec } of objects) {
    const { bootstrap: _bootstrap, ...fields } = (spec ?? {}) as Record<string, unknown>;
    visit(fields);
    for (const { name } of (fields.imagePullSecrets ?? []) as readonly { readonly name: string }[]) found.add(name);
  }
  return [...found];
}

/** What a copy may be: Kubernetes acts on Secrets of other types, and puts a token into one of them. */
const usual = 'Opaque';
export const copiedTypes = [usual, 'kubernetes.io/dockerconfigjson', 'kubernetes.io/dockercfg'] as const;

/** The same data in another namespace, as a Secret of a type that Kubernetes fills with nothing. @param labels by which it is found again */
export const copyOf = (
  { metadata: { name }, data, type }: Secret,
  namespace: string,
  labels: Readonly<Record<string, string>>,
): KubeObject => ({
  ...secretKind,
  metadata: { name, namespace, labels },
  type: copiedTypes.find((one) => one === type) ?? usual,
  data,
});

/** Why a Cluster would archive; undefined where it has nothing that does. */
export function whyItArchives({ spec }: Cluster): string | undefined {
  const { backup, plugins = [] } = spec as {
    backup?: object;
    plugins?: readonly { name: string; isWALArchiver?: boolean }[];
  };
  if (backup) return 'it has spec.backup';
  const plugin = plugins.find(({ isWALArchiver }) => isWALArchiver);
  return plugin && `its plugin ${plugin.name} archives`;
}
