/**
 * Objects that a HelmRelease or an Argo CD Application deploys: those of the chart `cluster` of CloudNativePG, and whole
 * objects among the values of any chart. Source of the values: the chart's README.
 */
import { isMap, Scalar, visit, type YAMLMap } from 'yaml';
import { embeddedIn } from '../text/embedded.ts';
import { keepOrigin, type Place } from '../text/manifest.ts';
import { textOf } from '../text/nodes.ts';
import type { Rendered } from '../tree/build.ts';
import { emptyLike, put } from '../tree/merge.ts';

export interface Expanded extends Rendered {
  readonly isExpanded: boolean;
}

export function expanded(object: Rendered): Expanded[] {
  const { kind } = object.manifest;
  if (kind !== 'HelmRelease' && kind !== 'Application') return [];
  return releasesOf(object).flatMap((release) => [...ofClusterChart(release), ...embeddedObjects(release)]);
}

/** A chart with its values. */
interface Release {
  readonly object: Rendered;
  readonly chart: string;
  readonly name: string;
  readonly namespace: string | undefined;
  readonly values: Place;
}

function releasesOf(object: Rendered): Release[] {
  const { manifest, name, namespace } = object;
  if (manifest.kind === 'HelmRelease') {
    const values = manifest.at('spec', 'values');
    const chart = manifest.text('spec', 'chart', 'spec', 'chart') ?? manifest.text('spec', 'chartRef', 'name') ?? '';
    const target = manifest.text('spec', 'targetNamespace') ?? namespace;
    return values
      ? [{ object, chart, name: manifest.text('spec', 'releaseName') ?? name, namespace: target, values }]
      : [];
  }
  const source = manifest.at('spec', 'source');
  const sources = [...(source ? [source] : []), ...manifest.items('spec', 'sources')];
  return sources.flatMap((place) => {
    const within = (...path: string[]) => place.manifest.within(place.node, ...path);
    const text = within('helm', 'values');
    const values = within('helm', 'valuesObject') ?? (text ? embeddedIn(text)[0] : undefined);
    if (!values) return [];
    const release = textOf(within('helm', 'releaseName')?.node) ?? name;
    const target = manifest.text('spec', 'destination', 'namespace');
    return [{ object, chart: textOf(within('chart')?.node) ?? '', name: release, namespace: target, values }];
  });
}

const within = ({ values }: Release, ...path: string[]): Place | undefined =>
  values.manifest.within(values.node, ...path);

const cnpgVersion = 'postgresql.cnpg.io/v1';

function ofClusterChart(release: Release): Expanded[] {
  const isClusterChart = release.chart === 'cluster' || /cnpg-cluster|cloudnative-pg-cluster/.test(release.chart);
  const cluster = within(release, 'cluster');
  if (!isClusterChart || !isMap(cluster?.node)) return [];
  const override = textOf(within(release, 'fullnameOverride')?.node);
  const name = override || (release.name.includes('cluster') ? release.name : `${release.name}-cluster`);
  return [clusterOf(release, cluster, name), ...poolersOf(release, name), ...schedulesOf(release, name)];
}

/** Values of the chart that a Cluster takes over under the same name. */
const sameNames = [
  'instances',
  'imageName',
  'storage',
  'walStorage',
  'resources',
  'affinity',
  'priorityClassName',
  'primaryUpdateMethod',
  'primaryUpdateStrategy',
  'stopDelay',
  'certificates',
  'enableSuperuserAccess',
  'enablePDB',
  'postgresql',
  'replicationSlots',
  'plugins',
];
/** What the chart itself sets where its values leave it out. */
const chartDefaults = { instances: '3', storage: { size: '8Gi' } };

function clusterOf(release: Release, values: Place, name: string): Expanded {
  const tree = new TreeBuilder(release, values, 'Cluster', name);
  for (const field of sameNames) {
    const place = values.manifest.within(values.node, field);
    if (field === 'walStorage' && textOf(place?.manifest.within(place.node, 'enabled')?.node) !== 'true') continue;
    if (place) tree.put(['spec', field], place);
    else if (field in chartDefaults)
      tree.plain(['spec', field], chartDefaults[field as keyof typeof chartDefaults], values);
  }
  const backups = within(release, 'backups');
  if (backups && textOf(within(release, 'backups', 'enabled')?.node) === 'true') {
    const method = textOf(within(release, 'backups', 'method')?.node) ?? 'barmanObjectStore';
    if (method === 'plugin')
      tree.plain(
        ['spec', 'plugins'],
        [
          {
            name: 'barman-cloud.cloudnative-pg.io',
            isWALArchiver: true,
            parameters: { barmanObjectName: `${name}-object-store` },
          },
        ],
        backups,
      );
    else
      tree.plain(
        ['spec', 'backup', 'barmanObjectStore'],
        { destinationPath: textOf(within(release, 'backups', 'destinationPath')?.node) ?? '' },
        backups,
      );
    tree.plain(['spec', 'backup', 'retentionPolicy'], '30d', backups);
  }
  if ((textOf(within(release, 'mode')?.node) ?? 'standalone') === 'recovery')
    tree.plain(['spec', 'bootstrap', 'recovery'], {}, within(release, 'mode')!);
  return tree.done();
}

function poolersOf(release: Release, cluster: string): Expanded[] {
  const poolers = release.values.manifest.itemsOf(within(release, 'poolers')?.node);
  return poolers.map((item) => {
    const field = (name: string) => item.manifest.within(item.node, name);
    const tree = new TreeBuilder(release, item, 'Pooler', `${cluster}-pooler-${textOf(field('name')?.node) ?? 'rw'}`);
    tree.plain(['spec', 'cluster', 'name'], cluster, item);
    for (const name of ['instances', 'type', 'template']) if (field(name)) tree.put(['spec', name], field(name)!);
    for (const name of ['poolMode', 'parameters']) if (field(name)) tree.put(['spec', 'pgbouncer', name], field(name)!);
    return tree.done();
  });
}

function schedulesOf(release: Release, cluster: string): Expanded[] {
  const backups = within(release, 'backups');
  if (!backups || textOf(within(release, 'backups', 'enabled')?.node) !== 'true') return [];
  const list = within(release, 'backups', 'scheduledBackups');
  const given = list ? list.manifest.itemsOf(list.node) : undefined;
  // Left out, the chart makes a daily one.
  return (given ?? [backups]).map((item) => {
    const field = (name: string) => (given ? item.manifest.within(item.node, name) : undefined);
    const tree = new TreeBuilder(
      release,
      item,
      'ScheduledBackup',
      `${cluster}-${textOf(field('name')?.node) ?? 'daily-backup'}`,
    );
    tree.plain(['spec', 'cluster', 'name'], cluster, item);
    if (field('schedule')) tree.put(['spec', 'schedule'], field('schedule')!);
    else tree.plain(['spec', 'schedule'], '0 0 0 * * *', item);
    if (field('method')) tree.put(['spec', 'method'], field('method')!);
    return tree.done();
  });
}

/** Whole objects of CloudNativePG among the values, as `extraObjects` and `rawResources` hold them. */
function embeddedObjects({ object, values, namespace }: Release): Expanded[] {
  const found: Expanded[] = [];
  visit(values.node, {
    Map(_, map) {
      const apiVersion = textOf(map.get('apiVersion', true));
      if (!apiVersion?.includes('cnpg.io/') || !map.has('kind')) return undefined;
      const manifest = values.manifest.withRoot(map);
      found.push({
        manifest,
        base: manifest,
        name: manifest.name || object.name,
        namespace: manifest.namespace ?? namespace,
        isExpanded: false,
      });
      return visit.SKIP;
    },
  });
  return found;
}

/** Puts an object together from places of the values. */
class TreeBuilder {
  readonly #release: Release;
  readonly #home: Place;
  readonly #name: string;
  readonly #root: YAMLMap;

  /** @param home where a finding about the whole object points */
  constructor(release: Release, home: Place, kind: string, name: string) {
    this.#release = release;
    this.#home = home;
    this.#name = name;
    this.#root = emptyLike([]);
    this.plain(['apiVersion'], cnpgVersion, home);
    this.plain(['kind'], kind, home);
    this.plain(['metadata', 'name'], name, home);
  }

  put(path: readonly string[], place: Place): void {
    const parent = this.#parentOf(path);
    const key = new Scalar(path.at(-1)!);
    key.range = place.key?.range ?? this.#home.node?.range ?? null;
    put(parent, { key, value: place.node }, place.manifest);
  }

  plain(path: readonly string[], value: unknown, near: Place): void {
    const node = near.manifest.document.createNode(value);
    this.put(path, { ...near, node });
  }

  done(): Expanded {
    const manifest = this.#home.manifest.withRoot(this.#root);
    return { manifest, base: manifest, name: this.#name, namespace: this.#release.namespace, isExpanded: true };
  }

  #parentOf(path: readonly string[]): YAMLMap {
    let map = this.#root;
    for (const step of path.slice(0, -1)) {
      let next = map.get(step, true) as unknown;
      if (!isMap(next)) {
        next = emptyLike([]);
        const key = new Scalar(step);
        key.range = this.#home.key?.range ?? this.#home.node?.range ?? null;
        keepOrigin(key, this.#home.manifest);
        map.items.push(this.#home.manifest.document.createPair(key, next) as never);
      }
      map = next as YAMLMap;
    }
    return map;
  }
}
