/**
 * What applications are configured with: ConfigMaps, Secrets, the environment of containers, the templates of
 * ExternalSecrets, the values of HelmReleases and Argo CD Applications, and literals of kustomize's generators.
 */
import { isMap, isPair, isScalar, isSeq, type Scalar, visit, type YAMLMap } from 'yaml';
import { fieldOf, type Place } from '../text/manifest.ts';
import { entries, textOf } from '../text/nodes.ts';
import { substitute } from '../text/variables.ts';
import { valuesOf } from './charts.ts';
import type { Inventory } from './inventory.ts';
import type { Resource } from './resource.ts';

/** A setting of an application: `key: value` of a ConfigMap or Secret, or an environment variable. */
export interface Setting {
  readonly resource: Resource;
  readonly name: string;
  /** The container whose environment it is; else empty. */
  readonly container: string;
  readonly value: string;
  readonly place: Place;
  /** Settings of one object or container belong together: `PGHOST` and `PGSSLMODE`. */
  readonly group: object;
  /** Whether the value stands as it is in the text; it does not in a Secret's `data`, or with variables filled in. */
  readonly verbatim: boolean;
}

/** Where the specification of pods is, by kind. */
const podSpecs: Readonly<Record<string, readonly string[]>> = {
  Pod: ['spec'],
  Deployment: ['spec', 'template', 'spec'],
  StatefulSet: ['spec', 'template', 'spec'],
  DaemonSet: ['spec', 'template', 'spec'],
  ReplicaSet: ['spec', 'template', 'spec'],
  Job: ['spec', 'template', 'spec'],
  CronJob: ['spec', 'jobTemplate', 'spec', 'template', 'spec'],
};

/** All settings of applications in the inventory. */
export const settingsOf = (inventory: Inventory): readonly Setting[] =>
  inventory.once('settings', () => inventory.resources.flatMap(settingsIn));

function settingsIn(resource: Resource): Setting[] {
  switch (resource.kind) {
    case 'ConfigMap':
      return mapSettings(resource, ['data'], false);
    case 'Secret':
      return [...mapSettings(resource, ['stringData'], false), ...mapSettings(resource, ['data'], true)];
    case 'ExternalSecret':
      return mapSettings(resource, ['spec', 'target', 'template', 'data'], false);
    case 'SealedSecret':
      return mapSettings(resource, ['spec', 'template', 'data'], false);
    case 'HelmRelease':
    case 'Application':
      return valuesOf(resource).flatMap((values) => valueSettings(resource, values));
    case 'Kustomization':
      return [...literalSettings(resource), ...valuesOf(resource).flatMap((values) => valueSettings(resource, values))];
    default: {
      const podSpec = podSpecs[resource.kind];
      return podSpec ? containerSettings(resource, podSpec) : [];
    }
  }
}

function mapSettings(resource: Resource, path: readonly string[], base64: boolean): Setting[] {
  const map = resource.manifest.at(...path);
  if (!map || !isMap(map.node)) return [];
  return entries(map.node as YAMLMap, map.manifest.document).flatMap(({ key }) => {
    const name = String(key.value);
    const place = map.manifest.within(map.node, name)!;
    return settingAt(resource, { name, container: '', group: resource, place }, base64);
  });
}

interface Where {
  readonly name: string;
  readonly container: string;
  readonly group: object;
  readonly place: Place;
}

function settingAt(resource: Resource, where: Where, base64 = false): Setting[] {
  const text = textOf(where.place.node);
  if (text === undefined) return [];
  const decoded = base64 ? Buffer.from(text, 'base64').toString('utf8') : text;
  const value = substitute(decoded, resource.owner.variables).text;
  return [{ ...where, resource, value, verbatim: !base64 && value === text }];
}

function containerSettings(resource: Resource, podSpec: readonly string[]): Setting[] {
  const containers = ['initContainers', 'containers'].flatMap((list) => resource.manifest.items(...podSpec, list));
  return containers.flatMap((container) => {
    const { manifest } = container;
    const shared = { container: fieldOf(container, 'name') ?? '', group: container };
    return manifest.itemsOf(manifest.within(container.node, 'env')?.node).flatMap((variable) => {
      const place = variable.manifest.within(variable.node, 'value');
      return place ? settingAt(resource, { ...shared, name: fieldOf(variable, 'name') ?? '', place }) : [];
    });
  });
}

/** All texts among a chart's values; those of one map belong together. Whole objects among them are left out. */
function valueSettings(resource: Resource, values: Place | undefined): Setting[] {
  const found: Setting[] = [];
  if (!isMap(values?.node)) return found;
  const { manifest } = values;
  visit(values.node, {
    Map(_, map) {
      const apiVersion = textOf(map.get('apiVersion', true));
      return apiVersion?.includes('cnpg.io/') ? visit.SKIP : undefined;
    },
    Pair(_, pair, path) {
      if (!isPair(pair) || !isScalar(pair.key) || !isScalar(pair.value)) return;
      const place = manifest.place(pair.value, pair.key as Scalar);
      const map = path.findLast(isMap);
      // `env: [{ name: PGHOST, value: … }]`: the name of the variable stands beside its value.
      const named = pair.key.value === 'value' && map ? textOf(map.get('name', true)) : undefined;
      const group = (named === undefined ? map : path.findLast(isSeq)) ?? resource;
      found.push(...settingAt(resource, { name: named ?? String(pair.key.value), container: '', group, place }));
    },
  });
  return found;
}

/** `literals: [DATABASE_URL=…]` of the generators of ConfigMaps and Secrets. */
function literalSettings(resource: Resource): Setting[] {
  return ['configMapGenerator', 'secretGenerator']
    .flatMap((list) => resource.manifest.items(list))
    .flatMap((generator) =>
      generator.manifest.itemsOf(generator.manifest.within(generator.node, 'literals')?.node).flatMap((place) => {
        const name = (textOf(place.node) ?? '').split('=')[0]!;
        return settingAt(resource, { name, container: '', group: generator, place });
      }),
    );
}
