/** What a kustomization says, with places. Source: kubectl's kustomization reference. */
import { isMap, type YAMLMap } from 'yaml';
import { embeddedIn } from '../text/embedded.ts';
import { fieldOf, type Manifest, type Place } from '../text/manifest.ts';
import { entries, textOf } from '../text/nodes.ts';

/** Which objects a patch is for; a field that is left out matches any. `kind`, `name` and the rest are regular expressions. */
export interface Target {
  readonly group?: string;
  readonly version?: string;
  readonly kind?: string;
  readonly name?: string;
  readonly namespace?: string;
  readonly labelSelector?: string;
}

export interface Patch {
  readonly target: Target | undefined;
  /** A path relative to the kustomization, or the patch itself. */
  readonly path?: string;
  readonly inline?: readonly Place[];
}

export interface Kustomization {
  readonly manifest: Manifest;
  readonly isComponent: boolean;
  readonly resources: readonly string[];
  readonly components: readonly string[];
  readonly patches: readonly Patch[];
  readonly namespace: string | undefined;
  readonly namePrefix: string;
  readonly nameSuffix: string;
  /** Fields that `replacements` fill in; what with is not looked up. */
  readonly replaced: readonly { target: Target; path: readonly string[] }[];
}

export function kustomizationOf(manifest: Manifest): Kustomization {
  const texts = (name: string) =>
    manifest.items(name).flatMap((item) => {
      const text = textOf(item.node);
      return text === undefined ? [] : [text];
    });
  return {
    manifest,
    isComponent: manifest.kind === 'Component',
    resources: [...texts('resources'), ...texts('bases'), ...texts('crds')],
    components: texts('components'),
    patches: patchesOf(manifest),
    namespace: manifest.text('namespace'),
    namePrefix: manifest.text('namePrefix') ?? '',
    nameSuffix: manifest.text('nameSuffix') ?? '',
    replaced: replacedIn(manifest),
  };
}

/** The patches of a kustomization, or of a Flux Kustomization's `spec`. */
export function patchesOf(manifest: Manifest, ...below: string[]): Patch[] {
  const strategic = manifest.items(...below, 'patchesStrategicMerge').map((item): Patch => {
    const text = textOf(item.node) ?? '';
    return text.includes('\n') ? { target: undefined, inline: embeddedIn(item) } : { target: undefined, path: text };
  });
  const rest = ['patchesJson6902', 'patches'].flatMap((name) => manifest.items(...below, name)).map(patchOf);
  return [...strategic, ...rest];
}

function patchOf(item: Place): Patch {
  const inline = item.manifest.within(item.node, 'patch');
  const path = fieldOf(item, 'path');
  const target = isMap(item.manifest.within(item.node, 'target')?.node) ? targetOf(item, 'target') : undefined;
  return { target, ...(path ? { path } : {}), ...(inline ? { inline: embeddedIn(inline) } : {}) };
}

function targetOf(place: Place, ...path: string[]): Target {
  const names = ['group', 'version', 'kind', 'name', 'namespace', 'labelSelector'] as const;
  return Object.fromEntries(
    names.flatMap((name) => {
      const text = fieldOf(place, ...path, name);
      return text === undefined ? [] : [[name, text]];
    }),
  );
}

function replacedIn(manifest: Manifest): { target: Target; path: string[] }[] {
  return manifest
    .items('replacements')
    .flatMap((item) => item.manifest.itemsOf(item.manifest.within(item.node, 'targets')?.node))
    .flatMap((target) => {
      const paths = target.manifest.itemsOf(target.manifest.within(target.node, 'fieldPaths')?.node);
      return paths.map((path) => ({ target: targetOf(target, 'select'), path: (textOf(path.node) ?? '').split('.') }));
    });
}

/** Whether an object is one of those that a patch is for. */
export function isTarget(
  target: Target,
  manifest: Manifest,
  names: readonly string[],
  namespace: string | undefined,
): boolean {
  const [group, version] = manifest.apiVersion.includes('/')
    ? manifest.apiVersion.split('/')
    : ['', manifest.apiVersion];
  const same = (pattern: string | undefined, value: string | undefined) =>
    pattern === undefined || pattern === '' || new RegExp(`^(?:${safePattern(pattern)})$`).test(value ?? '');
  return (
    same(target.group, group) &&
    same(target.version, version) &&
    same(target.kind, manifest.kind) &&
    names.some((name) => same(target.name, name)) &&
    (namespace === undefined || same(target.namespace, namespace)) &&
    hasLabels(target.labelSelector, manifest)
  );
}

function safePattern(pattern: string): string {
  try {
    new RegExp(pattern);
    return pattern;
  } catch {
    return pattern.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
  }
}

/** `a=b,c=d`; other forms of selector match. */
function hasLabels(selector: string | undefined, manifest: Manifest): boolean {
  if (!selector) return true;
  const node = manifest.at('metadata', 'labels')?.node;
  const labels = isMap(node)
    ? Object.fromEntries(
        entries(node as YAMLMap, manifest.document).map(({ key, value }) => [String(key.value), textOf(value)]),
      )
    : {};
  return selector
    .split(',')
    .map((part) => /^\s*([\w./-]+)\s*==?\s*([\w.-]+)\s*$/.exec(part))
    .every((match) => !match || labels[match[1]!] === match[2]);
}
