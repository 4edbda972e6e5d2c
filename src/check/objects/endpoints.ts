/** Which services of Clusters and Poolers applications connect to. */
import { isScalar } from 'yaml';
import { type Place, placeAtOffset } from '../text/manifest.ts';
import type { Inventory } from './inventory.ts';
import type { Resource } from './resource.ts';
import { type Setting, settingsOf } from './settings.ts';

/** A host name of a service in an application's setting. */
export interface HostUse {
  readonly setting: Setting;
  readonly host: string;
  /** The host name itself, where it stands verbatim; else the setting. */
  readonly place: Place;
}

/** The ends of the names of a Cluster's services. */
export const serviceEnds = ['-rw', '-ro', '-r'] as const;

/** What may stand before a host name in the notations of libpq, JDBC, .NET and URLs, and what behind it. */
const hostName = /(?<=^|[\s=@/,;"':`([])([\w${}-]+)(?:\.([\w${}-]+))?(?=$|[\s.:;/,?"'`&)\]])/g;

/** @returns the uses of a service by its name, in the setting's namespace or with the namespace behind it */
export function usesOfHost(inventory: Inventory, host: string, owner: Resource): readonly HostUse[] {
  const uses = inventory.once('hosts', () => indexed(inventory)).get(host) ?? [];
  return uses.filter(({ namespace }) => isSame(namespace, owner.namespace));
}

interface Indexed extends HostUse {
  readonly namespace: string | undefined;
}

/** One pass over all settings, however many services exist. */
function indexed(inventory: Inventory): Map<string, Indexed[]> {
  const hosts = new Set([
    ...inventory.clusters.flatMap(({ name }) => serviceEnds.map((end) => name + end)),
    ...inventory.poolers.flatMap(({ name }) => ['', ...serviceEnds].map((end) => name + end)),
  ]);
  const index = new Map<string, Indexed[]>();
  for (const setting of settingsOf(inventory))
    for (const { host, namespace, nth } of hostsIn(setting.value, hosts)) {
      const use = {
        setting,
        host,
        place: placeOf(setting, host, nth),
        namespace: namespace ?? setting.resource.namespace,
      };
      index.set(host, [...(index.get(host) ?? []), use]);
    }
  return index;
}

/** Host names of a text that are in the set; lines that are comments (`#`) are left out. */
function hostsIn(text: string, hosts: ReadonlySet<string>): { host: string; namespace?: string; nth: number }[] {
  const seen = new Map<string, number>();
  return [...text.matchAll(hostName)].flatMap((match) => {
    const host = match[1]!;
    if (!hosts.has(host) || isComment(text, match.index)) return [];
    const nth = seen.get(host) ?? 0;
    seen.set(host, nth + 1);
    return [{ host, nth, ...(match[2] === undefined ? {} : { namespace: match[2] }) }];
  });
}

const isSame = (a: string | undefined, b: string | undefined): boolean => a === undefined || b === undefined || a === b;
const isComment = (text: string, offset: number): boolean =>
  text
    .slice(text.lastIndexOf('\n', offset - 1) + 1, offset)
    .trimStart()
    .startsWith('#');

/** Block and folded scalars have other offsets than their values, but the same host names in the same order. */
function placeOf(setting: Setting, host: string, nth: number): Place {
  const { place, verbatim } = setting;
  const range = isScalar(place.node) ? place.node.range : undefined;
  if (!verbatim || !range) return place;
  const raw = place.manifest.source.text.slice(range[0], range[1]);
  const offsets = [...raw.matchAll(hostName)]
    .filter((match) => match[1] === host && !isComment(raw, match.index))
    .map(({ index }) => index);
  return offsets[nth] === undefined ? place : placeAtOffset(place, range[0] + offsets[nth]);
}
