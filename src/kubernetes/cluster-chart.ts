/**
 * What the chart `cluster` of CloudNativePG makes of its values, as far as drills and checks need it. Each field names the
 * value that it comes from, so that a finding can point at it. Source: the chart's README and templates
 * (github.com/cloudnative-pg/charts, charts/cluster). Pure.
 */
import { archivingPlugin, objectStoreKind, pluginMethod } from './barman-plugin.ts';

/** Where a value stands: keys of maps, and numbers of list items. */
export type Path = readonly (string | number)[];
type Values = Readonly<Record<string, unknown>>;

export interface ChartRelease {
  readonly name: string;
  readonly namespace: string | undefined;
  /** The chart's name in a chart that contains it under another one; its objects take it over. */
  readonly alias?: string;
  /** As plain data; what has another type than the chart expects counts as absent. */
  readonly values: unknown;
}

interface ChartField {
  /** In the object. */
  readonly to: readonly string[];
  readonly value: unknown;
  /** Among the values, where the chart takes it over as it is; absent where the chart itself sets it. */
  readonly from?: Path;
  /** The value that makes the chart set it; absent: `home` of the object. */
  readonly near?: Path;
}

export interface ChartObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace?: string };
  /** Among the values: what makes the chart create it. */
  readonly home: Path;
  readonly fields: readonly ChartField[];
}

const cnpg = 'postgresql.cnpg.io/v1';
/** Values that the Cluster takes over under the same name. */
const sameNames = [
  ...['instances', 'imageName', 'imagePullPolicy', 'imagePullSecrets', 'storage', 'resources', 'affinity'],
  ...['priorityClassName', 'primaryUpdateMethod', 'primaryUpdateStrategy', 'smartShutdownTimeout', 'stopDelay'],
  ...['switchoverDelay', 'failoverDelay', 'certificates', 'enableSuperuserAccess', 'enablePDB', 'postgresql'],
  ...['replicationSlots', 'plugins', 'serviceAccountTemplate', 'superuserSecret', 'logLevel'],
];
const defaults: Values = { instances: 3, storage: { size: '8Gi' } };
const defaultRetention = '30d';
const defaultSchedule = { name: 'daily-backup', schedule: '0 0 0 * * *' };

const mapOf = (value: unknown): Values =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Values) : {};
const listOf = (value: unknown): readonly Values[] => (Array.isArray(value) ? value.map(mapOf) : []);
const textOf = (value: unknown): string | undefined =>
  value === undefined || value === null || value === '' ? undefined : String(value);
const isOn = (value: unknown): boolean => textOf(value) === 'true';

/** The objects of a release, the Cluster first. */
export function clusterChart({ name: release, namespace, alias, values: given }: ChartRelease): ChartObject[] {
  const values = mapOf(given);
  const own = textOf(values.nameOverride) ?? alias ?? 'cluster';
  const name = textOf(values.fullnameOverride) ?? (release.includes(own) ? release : `${release}-${own}`);
  const object = (kind: string, suffix: string, home: Path, fields: ChartField[], apiVersion = cnpg): ChartObject => ({
    ...{ apiVersion, kind, metadata: { name: `${name}${suffix}`, ...(namespace && { namespace }) } },
    ...{ home, fields },
  });
  return [
    object('Cluster', '', ['cluster'], lastOfEach([...clusterFields(values), ...archiver(name, values)])),
    ...listOf(values.poolers).map((pooler, i) =>
      object('Pooler', `-pooler-${textOf(pooler.name) ?? 'rw'}`, ['poolers', i], poolerFields(name, pooler, i)),
    ),
    ...(isOn(mapOf(values.backups).enabled) ? backupObjects(name, mapOf(values.backups), object) : []),
  ];
}

function clusterFields(values: Values): ChartField[] {
  const cluster = mapOf(values.cluster);
  const fields = sameNames.flatMap((field): ChartField[] => {
    const value = cluster[field];
    if (value !== undefined && value !== null) return [taken(['spec', field], ['cluster', field], value)];
    return field in defaults ? [{ to: ['spec', field], value: defaults[field] }] : [];
  });
  const { enabled, ...walStorage } = mapOf(cluster.walStorage);
  if (isOn(enabled)) {
    const own = Object.entries(walStorage);
    for (const [key, value] of own)
      fields.push(taken(['spec', 'walStorage', key], ['cluster', 'walStorage', key], value));
    if (own.length === 0) fields.push({ to: ['spec', 'walStorage'], value: {} });
  }
  fields.push(...imageFields(values, cluster));
  if (textOf(values.mode) === 'recovery')
    fields.push({ to: ['spec', 'bootstrap', 'recovery'], value: {}, near: ['mode'] });
  else if (cluster.initdb) fields.push(taken(['spec', 'bootstrap', 'initdb'], ['cluster', 'initdb'], cluster.initdb));
  if (listOf(cluster.roles).length > 0)
    fields.push(taken(['spec', 'managed', 'roles'], ['cluster', 'roles'], cluster.roles));
  return fields;
}

/** A catalog comes before an image of the user's own, and that before the one that the version makes. */
function imageFields(values: Values, cluster: Values): ChartField[] {
  const version = textOf(mapOf(values.version).postgresql);
  const catalog = mapOf(cluster.imageCatalogRef);
  if (textOf(catalog.name))
    return [
      ...Object.entries(catalog).map(([key, value]) =>
        taken(['spec', 'imageCatalogRef', key], ['cluster', 'imageCatalogRef', key], value),
      ),
      ...(version
        ? [{ to: ['spec', 'imageCatalogRef', 'major'], value: Number.parseInt(version, 10), near: ['version'] }]
        : []),
    ];
  const isPlain = (textOf(values.type) ?? 'postgresql') === 'postgresql';
  const ownImages = mapOf(values.imageCatalog);
  const isCatalogMade = textOf(ownImages.create) !== 'false' && listOf(ownImages.images).length > 0;
  if (textOf(cluster.imageName) || !version || !isPlain || isCatalogMade) return [];
  return [{ to: ['spec', 'imageName'], value: `ghcr.io/cloudnative-pg/postgresql:${version}`, near: ['version'] }];
}

const lastOfEach = (fields: readonly ChartField[]): ChartField[] => [
  ...new Map(fields.map((field) => [field.to.join('/'), field])).values(),
];

const taken = (to: readonly string[], from: Path, value: unknown): ChartField => ({ to, from, value });

function archiver(name: string, values: Values): ChartField[] {
  const backups = mapOf(values.backups);
  if (!isOn(backups.enabled)) return [];
  const plugins = listOf(mapOf(values.cluster).plugins);
  if (backups.method === 'plugin')
    return [
      { to: ['spec', 'plugins'], value: [...plugins, archivingPlugin(`${name}-object-store`)], near: ['backups'] },
    ];
  return [
    {
      to: ['spec', 'backup', 'retentionPolicy'],
      value: backups.retentionPolicy ?? defaultRetention,
      near: ['backups'],
    },
    { to: ['spec', 'backup', 'barmanObjectStore'], value: store(backups), near: ['backups'] },
  ];
}

const store = ({ destinationPath = '', endpointURL }: Values) => ({
  destinationPath,
  ...(endpointURL ? { endpointURL } : {}),
});

function poolerFields(cluster: string, pooler: Values, item: number): ChartField[] {
  const field = (name: string, to: readonly string[], otherwise?: unknown): ChartField[] => {
    if (pooler[name] !== undefined) return [taken(to, ['poolers', item, name], pooler[name])];
    return otherwise === undefined ? [] : [{ to, value: otherwise }];
  };
  return [
    { to: ['spec', 'cluster', 'name'], value: cluster },
    ...field('instances', ['spec', 'instances'], 1),
    ...field('type', ['spec', 'type'], 'rw'),
    ...field('poolMode', ['spec', 'pgbouncer', 'poolMode'], 'session'),
    ...field('parameters', ['spec', 'pgbouncer', 'parameters'], {}),
    ...field('template', ['spec', 'template']),
  ];
}

type MakeObject = (kind: string, suffix: string, home: Path, fields: ChartField[], apiVersion?: string) => ChartObject;

function backupObjects(cluster: string, backups: Values, object: MakeObject): ChartObject[] {
  const byPlugin = backups.method === 'plugin';
  const given = Array.isArray(backups.scheduledBackups) ? listOf(backups.scheduledBackups) : undefined;
  const listed: readonly Values[] = given ?? [defaultSchedule];
  const schedules = listed.map((item, i): ChartObject => {
    const home = given ? ['backups', 'scheduledBackups', i] : ['backups'];
    const field = (name: string, otherwise?: unknown): ChartField[] => {
      if (given && item[name] !== undefined) return [taken(['spec', name], [...home, name], item[name])];
      return otherwise === undefined ? [] : [{ to: ['spec', name], value: otherwise }];
    };
    return object('ScheduledBackup', `-${textOf(item.name) ?? defaultSchedule.name}`, home, [
      { to: ['spec', 'cluster', 'name'], value: cluster },
      ...field('schedule', defaultSchedule.schedule),
      ...field('method', byPlugin ? pluginMethod.method : undefined),
      ...(byPlugin ? [{ to: ['spec', 'pluginConfiguration'], value: pluginMethod.pluginConfiguration }] : []),
    ]);
  });
  if (!byPlugin) return schedules;
  const storeFields = [
    { to: ['spec', 'retentionPolicy'], value: backups.retentionPolicy ?? defaultRetention },
    { to: ['spec', 'configuration'], value: store(backups) },
  ];
  return [
    object(objectStoreKind.kind, '-object-store', ['backups'], storeFields, objectStoreKind.apiVersion),
    ...schedules,
  ];
}

/** The object as plain data. */
export function plainObject({ apiVersion, kind, metadata, fields }: ChartObject) {
  const object: Record<string, unknown> = { apiVersion, kind, metadata };
  for (const { to, value } of fields) {
    let map = object;
    for (const step of to.slice(0, -1)) map = (map[step] ??= {}) as Record<string, unknown>;
    map[to.at(-1)!] = value;
  }
  return object as { apiVersion: string; kind: string; metadata: { name: string; namespace?: string } };
}
