/**
 * Objects that a HelmRelease or an Argo CD Application deploys: those of the chart `cluster` of CloudNativePG, and whole
 * objects among the values of any chart.
 */
import { isMap, isScalar, isSeq, Scalar, visit, type YAMLMap } from 'yaml';
import { type ChartObject, clusterChart, type Path } from '../../kubernetes/cluster-chart.ts';
import { embeddedIn } from '../text/embedded.ts';
import { fieldOf, keepOrigin, type Manifest, type Place } from '../text/manifest.ts';
import { entries, textOf } from '../text/nodes.ts';
import type { Open, Rendered } from '../tree/build.ts';
import { emptyLike, put } from '../tree/merge.ts';

export interface Expanded extends Rendered {
  readonly isExpanded: boolean;
}

export function expanded(object: Rendered): Expanded[] {
  return releasesOf(object).flatMap((release) => [
    ...ofClusterChart(release),
    ...embeddedObjects(release).map((made) => ({ ...made, name: made.name || object.name })),
  ]);
}

/** The values of the charts that an object deploys. */
export const valuesOf = (object: Deployer): Place[] => releasesOf(object).map(({ values }) => values);

/** A chart with its values. */
interface Deployed {
  readonly chart: string;
  readonly name: string;
  readonly namespace: string | undefined;
  readonly values: Place;
  /** The name of the chart within another one, which its objects take over. */
  readonly alias?: string;
  /** Whether more values come from a file or object that was not read: what is missing here may be set there. */
  readonly hasMore: boolean;
}

/** Any setting may be among the values that were not read. */
const anywhere: Open = { isDefault: false, has: () => true };

/** As much of an object as says which charts it deploys. */
type Deployer = Pick<Rendered, 'manifest' | 'name' | 'namespace'>;

function releasesOf(object: Deployer): Deployed[] {
  switch (object.manifest.kind) {
    case 'HelmRelease':
      return ofHelmRelease(object);
    case 'Application':
      return ofApplication(object);
    case 'Kustomization':
      return ofKustomization(object);
    default:
      return [];
  }
}

function ofHelmRelease({ manifest, name, namespace }: Deployer): Deployed[] {
  const values = manifest.at('spec', 'values');
  const chart = manifest.text('spec', 'chart', 'spec', 'chart') ?? manifest.text('spec', 'chartRef', 'name') ?? '';
  const target = manifest.text('spec', 'targetNamespace') ?? namespace;
  const hasMore = manifest.items('spec', 'valuesFrom').length > 0;
  const release = manifest.text('spec', 'releaseName') ?? name;
  return values ? [{ chart, name: release, namespace: target, values, hasMore }] : [];
}

/** `helmCharts` with `valuesInline`. */
function ofKustomization({ manifest, namespace }: Deployer): Deployed[] {
  return manifest.items('helmCharts').flatMap((item): Deployed[] => {
    const field = (name: string) => item.manifest.within(item.node, name);
    const values = field('valuesInline');
    const chart = fieldOf(item, 'name') ?? '';
    const hasMore = field('valuesFile') !== undefined || field('additionalValuesFiles') !== undefined;
    const name = fieldOf(item, 'releaseName') ?? chart;
    return values ? [{ chart, name, namespace: fieldOf(item, 'namespace') ?? namespace, values, hasMore }] : [];
  });
}

function ofApplication({ manifest, name }: Deployer): Deployed[] {
  const source = manifest.at('spec', 'source');
  const sources = [...(source ? [source] : []), ...manifest.items('spec', 'sources')];
  return sources.flatMap((place) => {
    const within = (...path: string[]) => place.manifest.within(place.node, ...path);
    const text = within('helm', 'values');
    const values = within('helm', 'valuesObject') ?? (text ? embeddedIn(text)[0] : undefined);
    if (!values) return [];
    const release = textOf(within('helm', 'releaseName')?.node) ?? name;
    const target = manifest.text('spec', 'destination', 'namespace');
    const hasMore = within('helm', 'valueFiles') !== undefined;
    return [{ chart: textOf(within('chart')?.node) ?? '', name: release, namespace: target, values, hasMore }];
  });
}

/** What the chart `cluster` of CloudNativePG makes of its values. */
export function ofClusterChart({ chart, values, hasMore, ...release }: Deployed): Expanded[] {
  const isClusterChart = chart === 'cluster' || /cnpg-cluster|cloudnative-pg-cluster/.test(chart);
  if (!isClusterChart || !isMap(placeAt(values, ['cluster'])?.node)) return [];
  return clusterChart({ ...release, values: dataOf(values) }).map((made) => treeOf(made, values, hasMore));
}

/** As deep as the chart looks; aliases can make values deeper than any text, and endless. */
const deepest = 6;

/** A place as plain data. */
function dataOf({ manifest, node }: Place, depth = 0): unknown {
  if (depth > deepest) return undefined;
  if (isMap(node)) {
    const keys = entries(node as YAMLMap, manifest.document).map(({ key }) => String(key.value));
    return Object.fromEntries(keys.map((key) => [key, dataOf(manifest.within(node, key)!, depth + 1)]));
  }
  if (isSeq(node)) return manifest.itemsOf(node).map((item) => dataOf(item, depth + 1));
  return isScalar(node) ? node.value : undefined;
}

/** A value by its path, from the root of the values. */
function placeAt(values: Place, path: Path): Place | undefined {
  let place: Place | undefined = values;
  for (const step of path) {
    if (!place) return undefined;
    const { manifest, node }: Place = place;
    place = typeof step === 'number' ? manifest.itemsOf(node)[step] : manifest.within(node, step);
  }
  return place;
}

/** The object as a tree whose nodes are those of the values, so that findings point there. */
function treeOf({ apiVersion, kind, metadata, home, fields }: ChartObject, values: Place, hasMore: boolean): Expanded {
  const tree = new TreeBuilder(placeAt(values, home) ?? values);
  tree.plain(['apiVersion'], apiVersion);
  tree.plain(['kind'], kind);
  tree.plain(['metadata', 'name'], metadata.name);
  for (const { to, value, from, near } of fields) {
    // A default of the chart says nothing where more values are elsewhere.
    if (hasMore && kind === 'Cluster' && !from && !near) continue;
    const place = from && placeAt(values, from);
    if (place) tree.put(to, place);
    else tree.plain(to, value, near && placeAt(values, near));
  }
  const manifest = tree.done();
  const { name, namespace } = metadata;
  return { manifest, base: manifest, name, namespace, isExpanded: true, ...(hasMore && { open: anywhere }) };
}

/** Whole objects of CloudNativePG among the values, as `extraObjects` and `rawResources` hold them. */
function embeddedObjects({ values, namespace }: Deployed): Expanded[] {
  const found: Expanded[] = [];
  visit(values.node, {
    Map(_, map) {
      const apiVersion = textOf(map.get('apiVersion', true));
      if (!apiVersion?.includes('cnpg.io/') || !map.has('kind')) return undefined;
      const manifest = values.manifest.withRoot(map);
      found.push({
        manifest,
        base: manifest,
        name: manifest.name,
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
  readonly #home: Place;
  readonly #root: YAMLMap = emptyLike([]);

  /** @param home where a finding about the whole object points, and about what the chart itself sets */
  constructor(home: Place) {
    this.#home = home;
  }

  put(path: readonly string[], place: Place): void {
    const parent = this.#parentOf(path);
    const key = new Scalar(path.at(-1)!);
    key.range = place.key?.range ?? this.#home.node?.range ?? null;
    put(parent, { key, value: place.node }, place.manifest);
  }

  /** @param near where a finding about the value points */
  plain(path: readonly string[], value: unknown, near = this.#home): void {
    this.put(path, { ...near, node: near.manifest.document.createNode(value) });
  }

  done(): Manifest {
    return this.#home.manifest.withRoot(this.#root);
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
