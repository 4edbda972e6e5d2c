/**
 * The release of CloudNativePG in which a field of its custom resources first exists. Source: the schemas in the release
 * manifests `cnpg-1.21.0.yaml` to `cnpg-1.30.0.yaml`. Fields that are not listed exist in 1.21, or are as old as the
 * field that holds them.
 */
import type { Edit } from '../change/edit.ts';
import { atLeast } from '../documentation.ts';

/** By release, then kind: paths below `spec`. Kinds without paths first exist in that release. */
const firstIn: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  '1.22': {
    Cluster:
      'tablespaces backup.volumeSnapshot.online backup.volumeSnapshot.onlineConfiguration ' +
      'backup.volumeSnapshot.tablespaceClassName bootstrap.recovery.volumeSnapshots.tablespaceStorage ' +
      'monitoring.podMonitorMetricRelabelings monitoring.podMonitorRelabelings postgresql.enableAlterSystem',
    Pooler: 'monitoring.podMonitorMetricRelabelings monitoring.podMonitorRelabelings',
    Backup: 'online onlineConfiguration',
    ScheduledBackup: 'online onlineConfiguration',
  },
  '1.23': {
    Cluster:
      'enablePDB ephemeralVolumeSource imageCatalogRef plugins postgresql.pg_ident ' +
      'replicationSlots.synchronizeReplicas backup.barmanObjectStore.data.additionalCommandArgs ' +
      'externalClusters.barmanObjectStore.data.additionalCommandArgs',
    Pooler: 'serviceTemplate',
    Backup: 'pluginConfiguration',
    ScheduledBackup: 'pluginConfiguration',
    ImageCatalog: '',
    ClusterImageCatalog: '',
  },
  '1.24': {
    Cluster:
      'livenessProbeTimeout managed.services monitoring.tls postgresql.synchronous replica.minApplyDelay ' +
      'replica.primary replica.promotionToken replica.self bootstrap.initdb.postInitSQLRefs ' +
      'bootstrap.initdb.postInitTemplateSQLRefs serviceAccountTemplate.metadata.name ' +
      'backup.barmanObjectStore.wal.archiveAdditionalCommandArgs ' +
      'backup.barmanObjectStore.wal.restoreAdditionalCommandArgs ' +
      'externalClusters.barmanObjectStore.wal.archiveAdditionalCommandArgs ' +
      'externalClusters.barmanObjectStore.wal.restoreAdditionalCommandArgs',
    Pooler: 'serviceTemplate.metadata.name template.metadata.name',
  },
  '1.25': {
    Cluster:
      'probes externalClusters.plugin plugins.enabled postgresql.synchronous.dataDurability ' +
      'bootstrap.initdb.builtinLocale bootstrap.initdb.icuLocale bootstrap.initdb.icuRules bootstrap.initdb.locale ' +
      'bootstrap.initdb.localeProvider bootstrap.initdb.import.pgDumpExtraOptions ' +
      'bootstrap.initdb.import.pgRestoreExtraOptions',
    Database: '',
    Publication: '',
    Subscription: '',
  },
  '1.26': {
    Cluster:
      'plugins.isWALArchiver externalClusters.plugin.isWALArchiver probes.readiness.maximumLag ' +
      'probes.readiness.type probes.startup.maximumLag probes.startup.type',
    Database: 'extensions schemas',
  },
  '1.27': {
    Cluster:
      'postgresql.extensions probes.liveness.isolationCheck replicationSlots.highAvailability.synchronizeLogicalDecoding',
  },
  '1.28': {
    Cluster:
      'postgresql.synchronous.failoverQuorum monitoring.metricsQueriesTTL podSecurityContext securityContext ' +
      'bootstrap.initdb.import.pgRestoreDataOptions bootstrap.initdb.import.pgRestorePostdataOptions ' +
      'bootstrap.initdb.import.pgRestorePredataOptions',
    Pooler: 'pgbouncer.clientCASecret pgbouncer.clientTLSSecret pgbouncer.serverCASecret pgbouncer.serverTLSSecret',
    Database: 'fdws servers',
  },
  '1.29': {
    Cluster:
      'podSelectorRefs serviceAccountName postgresql.extensions.bin_path postgresql.extensions.env ' +
      'backup.barmanObjectStore.azureCredentials.useDefaultAzureCredentials ' +
      'externalClusters.barmanObjectStore.azureCredentials.useDefaultAzureCredentials',
    Pooler: 'serviceAccountName',
    ImageCatalog: 'images.extensions',
    ClusterImageCatalog: 'images.extensions',
  },
  '1.30': {
    Cluster: 'primaryLease',
    Pooler: 'monitoring.tls pgbouncer.image pgbouncer.imageCatalogRef',
    ImageCatalog: 'componentImages',
    ClusterImageCatalog: 'componentImages',
    DatabaseRole: '',
  },
};

const releases = new Map(
  Object.entries(firstIn).flatMap(([release, kinds]) =>
    Object.entries(kinds).flatMap(([kind, paths]) =>
      paths.split(' ').map((path) => [path === '' ? kind : `${kind} ${path}`, release] as const),
    ),
  ),
);

/** The operator that manifests are for. */
export interface Installed {
  /** `1.27` */
  readonly version: string;
  /** Whether the repository installs it; otherwise the user names it. */
  readonly isPinned: boolean;
}

/** A field, or kind, that a release lacks. */
export interface Lack {
  /** `spec.postgresql.synchronous.failoverQuorum`, or the kind. */
  readonly field: string;
  /** The first release that has it. */
  readonly since: string;
}

/**
 * The first step on the way to a field that a release lacks; undefined where it has all of them.
 * @param path names of fields from `spec` on; items of lists have no step of their own
 */
export function lackOf(kind: string, path: readonly string[], release: string): Lack | undefined {
  const kindSince = releases.get(kind);
  if (kindSince !== undefined && !atLeast(release, kindSince)) return { field: kind, since: kindSince };
  if (path[0] !== 'spec') return undefined;
  for (let depth = 2; depth <= path.length; depth++) {
    const since = releases.get(`${kind} ${path.slice(1, depth).join('.')}`);
    if (since !== undefined && !atLeast(release, since)) return { field: path.slice(0, depth).join('.'), since };
  }
  return undefined;
}

/** As `lackOf`, for a value with all fields within it. */
export function lackIn(kind: string, path: readonly string[], value: unknown, release: string): Lack | undefined {
  const lack = lackOf(kind, path, release);
  if (lack || typeof value !== 'object' || value === null) return lack;
  if (Array.isArray(value)) return firstOf(value, (item) => lackIn(kind, path, item, release));
  return firstOf(Object.entries(value), ([name, within]) => lackIn(kind, [...path, name], within, release));
}

function firstOf<T>(list: readonly T[], find: (item: T) => Lack | undefined): Lack | undefined {
  for (const item of list) {
    const found = find(item);
    if (found) return found;
  }
  return undefined;
}

/** `spec.probes needs CloudNativePG 1.25; this repository installs 1.24.` */
export function needs({ field, since }: Lack, installed?: Installed): string {
  const whose = installed?.isPinned ? 'this repository installs' : 'the version to check for is';
  return `${field} needs CloudNativePG ${since}; ${whose} ${installed?.version}.`;
}

/** Whether the table is for objects of this API. */
export const isCnpg = (apiVersion: string): boolean => apiVersion.startsWith('postgresql.cnpg.io/');

const lacks = new WeakMap<readonly Edit[], Lack>();

/** An empty change, because the release lacks what the change would set. */
export function refused(lack: Lack): Edit[] {
  const none: Edit[] = [];
  lacks.set(none, lack);
  return none;
}

/** What the release lacks for a change, where that is why the change is empty. */
export const lackFor = (change: readonly Edit[]): Lack | undefined => lacks.get(change);
