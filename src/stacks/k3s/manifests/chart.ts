/**
 * The objects of the chart `cluster` of CloudNativePG, from the values of a HelmRelease or of a values file. Source of
 * the values and of the defaults: the chart's README (github.com/cloudnative-pg/charts, charts/cluster).
 */
import { basename } from 'node:path';
import { UsageError } from '../../../errors.ts';
import { barmanPlugin, objectStore, pluginMethod } from '../../../kubernetes/barman-plugin.ts';
import { clusterKind, type KubeObject, poolerKind } from '../../cnpg/objects.ts';
import type { Mutable } from './change.ts';
import type { Found } from './sources.ts';

const chartName = 'cluster';
/** Values that the Cluster takes over under the same name. */
const sameNames = [
  ...['instances', 'imageName', 'imagePullPolicy', 'imagePullSecrets', 'storage', 'resources', 'affinity'],
  ...['priorityClassName', 'primaryUpdateMethod', 'primaryUpdateStrategy', 'smartShutdownTimeout', 'stopDelay'],
  ...['switchoverDelay', 'failoverDelay', 'certificates', 'enableSuperuserAccess', 'enablePDB', 'postgresql'],
  ...['replicationSlots', 'plugins', 'serviceAccountTemplate', 'superuserSecret', 'logLevel'],
];
const chartDefaults = { instances: 3, storage: { size: '8Gi' } };
const defaultSchedule = [{ name: 'daily-backup', schedule: '0 0 0 * * *' }];

/** The objects of releases of the chart among what was read, in place of the releases. Others stay as they are. */
export const expandCharts = (found: readonly Found[]): Found[] =>
  found.flatMap((one) => {
    const release = releaseIn(one);
    return release ? objectsOf(release, one) : [one];
  });

interface Release {
  readonly name: string;
  readonly namespace: string | undefined;
  readonly values: Mutable;
}

function releaseIn({ value, file, line }: Found): Release | undefined {
  const { kind, metadata, spec, apiVersion } = value as Mutable;
  // A values file has no kind; of all charts, this one has `cluster` with `storage` or `instances`.
  if (!kind && !apiVersion && (value as Mutable).cluster && typeof (value as Mutable).cluster === 'object')
    return { name: basename(file).replace(/(\.?values)?\.ya?ml$/, '') || 'drill', namespace: undefined, values: value };
  if (kind !== 'HelmRelease') return undefined;
  const chart = spec?.chart?.spec?.chart ?? spec?.chartRef?.name;
  if (chart !== chartName) return undefined;
  if (spec.valuesFrom)
    throw new UsageError(
      `${file}:${line}: the values of the HelmRelease ${metadata.name} come from other objects (spec.valuesFrom), which cannot be read here; render it first (helm template) and name the result`,
    );
  const namespace = spec.targetNamespace ?? metadata.namespace;
  return { name: spec.releaseName ?? metadata.name, namespace, values: spec.values ?? {} };
}

function objectsOf({ name: release, namespace, values }: Release, { file, line }: Found): Found[] {
  const { cluster = {}, mode = 'standalone', fullnameOverride, backups = {}, poolers = [], version = {} } = values;
  const name = fullnameOverride || (release.includes('cluster') ? release : `${release}-cluster`);
  const metadata = (named: string) => ({ name: named, ...(namespace && { namespace }) });
  const own = Object.fromEntries(
    sameNames.flatMap((field) => (cluster[field] === undefined ? [] : [[field, cluster[field]]])),
  );
  const { enabled: _, ...walStorage } = cluster.walStorage ?? {};
  const image =
    own.imageName || (version.postgresql ? `ghcr.io/cloudnative-pg/postgresql:${version.postgresql}` : undefined);
  const spec = {
    ...chartDefaults,
    ...own,
    ...(image && { imageName: image }),
    ...(cluster.walStorage?.enabled && { walStorage }),
    ...(mode === 'recovery'
      ? { bootstrap: { recovery: {} } }
      : cluster.initdb && { bootstrap: { initdb: cluster.initdb } }),
    ...(cluster.roles?.length > 0 && { managed: { roles: cluster.roles } }),
    ...archiver(name, backups),
  };
  const objects: Mutable[] = [
    { ...clusterKind, metadata: metadata(name), spec },
    ...poolers.map((pooler: Mutable) => poolerOf(name, pooler, metadata)),
    ...(backups.enabled ? backupObjects(name, namespace, backups, metadata) : []),
  ];
  return objects.map((value) => ({ value, file, line }));
}

type Named = (name: string) => { readonly name: string; readonly namespace?: string };

function archiver(
  name: string,
  { enabled, method = 'barmanObjectStore', retentionPolicy = '30d', ...backups }: Mutable,
) {
  if (!enabled) return {};
  if (method === 'plugin')
    return {
      plugins: [{ name: barmanPlugin, isWALArchiver: true, parameters: { barmanObjectName: `${name}-object-store` } }],
    };
  const { destinationPath = '', endpointURL } = backups;
  return { backup: { retentionPolicy, barmanObjectStore: { destinationPath, ...(endpointURL && { endpointURL }) } } };
}

function backupObjects(name: string, namespace: string | undefined, backups: Mutable, metadata: Named): KubeObject[] {
  const byPlugin = backups.method === 'plugin';
  const { destinationPath = '', endpointURL, scheduledBackups = defaultSchedule, retentionPolicy = '30d' } = backups;
  const configuration = { destinationPath, ...(endpointURL && { endpointURL }) };
  const schedules = scheduledBackups.map(({ name: of, schedule }: Mutable) => ({
    apiVersion: clusterKind.apiVersion,
    kind: 'ScheduledBackup',
    metadata: metadata(`${name}-${of}`),
    spec: { schedule, cluster: { name }, ...(byPlugin && pluginMethod) },
  }));
  return [
    ...(byPlugin ? [objectStore(`${name}-object-store`, namespace, configuration, retentionPolicy)] : []),
    ...schedules,
  ];
}

function poolerOf(cluster: string, pooler: Mutable, metadata: Named): KubeObject {
  const { name = 'rw', type = 'rw', instances = 1, poolMode = 'session', parameters = {}, template } = pooler;
  return {
    ...poolerKind,
    metadata: metadata(`${cluster}-pooler-${name}`),
    spec: {
      cluster: { name: cluster },
      type,
      instances,
      pgbouncer: { poolMode, parameters },
      ...(template && { template }),
    },
  };
}
