/** Where applications say which database they connect to: ConfigMaps, Secrets and the environment of containers. */
import { isMap, isScalar } from 'yaml';
import type { Inventory } from './inventory.ts';
import { type Place, placeAtOffset } from './manifest.ts';
import { entries, textOf } from './nodes.ts';
import type { Resource } from './resource.ts';

/** A setting of an application: `key: value` of a ConfigMap or Secret, or an environment variable. */
export interface Setting {
  readonly resource: Resource;
  readonly name: string;
  /** Empty for ConfigMaps and Secrets. */
  readonly container: string;
  readonly value: string;
  readonly place: Place;
  /** Settings of one object or container belong together: `PGHOST` and `PGSSLMODE`. */
  readonly group: object;
  /** Whether the value stands as it is in the text; it does not in a Secret's `data`. */
  readonly verbatim: boolean;
}

const workloads: Readonly<Record<string, readonly string[]>> = {
  Pod: ['spec'],
  Deployment: ['spec', 'template', 'spec'],
  StatefulSet: ['spec', 'template', 'spec'],
  DaemonSet: ['spec', 'template', 'spec'],
  ReplicaSet: ['spec', 'template', 'spec'],
  Job: ['spec', 'template', 'spec'],
  CronJob: ['spec', 'jobTemplate', 'spec', 'template', 'spec'],
};

/** All settings of applications in the inventory. */
export function settingsOf(inventory: Inventory): Setting[] {
  return inventory.resources.flatMap((resource) => {
    if (resource.kind === 'ConfigMap') return mapSettings(resource, 'data', false);
    if (resource.kind === 'Secret')
      return [...mapSettings(resource, 'stringData', false), ...mapSettings(resource, 'data', true)];
    const podSpec = workloads[resource.kind];
    return podSpec ? containerSettings(resource, podSpec) : [];
  });
}

function mapSettings(resource: Resource, field: string, base64: boolean): Setting[] {
  const map = resource.at(field);
  if (!map || !isMap(map.node)) return [];
  return entries(map.node, map.manifest.document).flatMap(({ key, value }) => {
    const text = textOf(value);
    if (text === undefined) return [];
    const place = map.manifest.place(value, key);
    const decoded = base64 ? Buffer.from(text, 'base64').toString('utf8') : text;
    const shared = { resource, container: '', group: resource, verbatim: !base64 };
    return [{ ...shared, name: String(key.value), value: decoded, place }];
  });
}

function containerSettings(resource: Resource, podSpec: readonly string[]): Setting[] {
  const containers = ['initContainers', 'containers'].flatMap((list) => resource.items(...podSpec, list));
  return containers.flatMap((container) => {
    const { manifest } = container;
    const name = textOf(manifest.within(container.node, 'name')?.node) ?? '';
    const shared = { resource, container: name, group: container, verbatim: true };
    return manifest.itemsOf(manifest.within(container.node, 'env')?.node).flatMap((variable) => {
      const place = manifest.within(variable.node, 'value');
      const value = textOf(place?.node);
      const key = textOf(manifest.within(variable.node, 'name')?.node) ?? '';
      if (!place || value === undefined) return [];
      return [{ ...shared, name: key, value, place }];
    });
  });
}

/** A host name of a service in an application's setting. */
export interface HostUse {
  readonly setting: Setting;
  readonly host: string;
  /** The host name itself, where it stands verbatim; else the setting. */
  readonly place: Place;
}

/**
 * Finds uses of a service by its name, by itself or followed by its namespace, in the setting's namespace or as named.
 * Lines that are comments (`#`) are left out.
 */
export function usesOfHost(settings: readonly Setting[], host: string, namespace: string | undefined): HostUse[] {
  // What may stand before a host name in the notations of libpq, JDBC, .NET and URLs, and what behind it.
  const pattern = new RegExp(`(?<=^|[\\s=@/,;"':\`])${escaped(host)}(?:\\.([a-z0-9-]+))?(?=$|[\\s.:;/,?"'\`&])`, 'g');
  return settings.flatMap((setting) =>
    [...setting.value.matchAll(pattern)]
      .filter((match) => !isComment(setting.value, match.index))
      .map((match, nth) => ({ named: match[1], use: { setting, host, place: placeOf(setting, pattern, nth) } }))
      .filter(({ named }) => isSame(named ?? setting.resource.namespace, namespace))
      .map(({ use }) => use),
  );
}

const escaped = (text: string): string => text.replace(/[.\\+*?[^\]$(){}=!<>|:-]/g, '\\$&');
const isSame = (a: string | undefined, b: string | undefined): boolean => a === undefined || b === undefined || a === b;
const isComment = (text: string, offset: number): boolean =>
  text
    .slice(text.lastIndexOf('\n', offset - 1) + 1, offset)
    .trimStart()
    .startsWith('#');

/** Block and folded scalars have other offsets than their values, but the same host names in the same order. */
function placeOf(setting: Setting, pattern: RegExp, nth: number): Place {
  const { place, verbatim } = setting;
  const range = isScalar(place.node) ? place.node.range : undefined;
  if (!verbatim || !range) return place;
  const raw = place.manifest.source.text.slice(range[0], range[1]);
  const match = [...raw.matchAll(pattern)].filter((found) => !isComment(raw, found.index))[nth];
  return match ? placeAtOffset(place, range[0] + match.index) : place;
}
