/** Kustomizations of Flux: a folder that is built with components, patches and variables of the cluster's own. */
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { isMap, type YAMLMap } from 'yaml';
import type { Manifest } from '../text/manifest.ts';
import { entries, textOf } from '../text/nodes.ts';
import { substitute, type Variables } from '../text/variables.ts';
import { applyComponent, applyPatches, type Build, buildFolder, type Touched } from './build.ts';
import type { File, Files } from './files.ts';
import { patchesOf } from './kustomization.ts';

export interface FluxKustomization {
  readonly manifest: Manifest;
  /** The folder that it builds, absolute. */
  readonly folder: string;
  readonly variables: Variables;
  /** The file that it stands in, absolute. */
  readonly declaredIn: string;
}

/** The Flux Kustomizations of the files whose folder is here. */
export function fluxKustomizations(files: readonly File[]): FluxKustomization[] {
  return files.flatMap((file) =>
    file.manifests.filter(isFlux).flatMap((manifest) => {
      const variables = variablesOf(manifest);
      const path = substitute(manifest.text('spec', 'path') ?? '', variables).text;
      const folder = path === '' ? undefined : folderOf(file, path);
      return folder === undefined ? [] : [{ manifest, folder, variables, declaredIn: file.path }];
    }),
  );
}

/**
 * Paths of Flux Kustomizations that a variable decides (`./apps/${CLUSTER}`): for what may be the folder that they build.
 */
export function variablePaths(files: readonly File[]): RegExp[] {
  return files.flatMap(({ manifests }) =>
    manifests.filter(isFlux).flatMap((manifest) => {
      const path = manifest.text('spec', 'path') ?? '';
      if (!path.includes('${')) return [];
      const steps = path
        .replace(/^\.?\//, '')
        .replace(/\/$/, '')
        .split(/\$\{[^}]*\}/);
      return [new RegExp(`/${steps.map((step) => step.replace(/[.+*?()[\]^$|\\]/g, '\\$&')).join('[^/]*')}$`)];
    }),
  );
}

const isFlux = ({ apiVersion, kind }: Manifest): boolean =>
  kind === 'Kustomization' && apiVersion.startsWith('kustomize.toolkit.fluxcd.io/');

/** A path of the repository, whose root is one of the folders above the file. */
function folderOf(file: File, path: string): string | undefined {
  for (let above = dirname(file.path); ; above = dirname(above)) {
    const folder = join(above, path);
    // The root of a repository is rarely the folder of the file itself: `./` would be everything there.
    const isOwn = folder === dirname(file.path);
    if (existsSync(folder) && !(isOwn && folder === above)) return folder;
    if (dirname(above) === above || existsSync(join(above, '.git'))) return undefined;
  }
}

function variablesOf(manifest: Manifest): Variables {
  const place = manifest.at('spec', 'postBuild', 'substitute');
  if (!isMap(place?.node)) return {};
  return Object.fromEntries(
    entries(place.node as YAMLMap, place.manifest.document).flatMap(({ key, value }) => {
      const text = textOf(value);
      return text === undefined ? [] : [[String(key.value), text]];
    }),
  );
}

/** Builds what the Kustomization deploys. */
export function buildFlux(files: Files, { manifest, folder }: FluxKustomization, touched: Touched): Build {
  let build = buildFolder(files, folder, touched);
  for (const item of manifest.items('spec', 'components'))
    build = applyComponent(build, files, folder, textOf(item.node) ?? '', touched);
  const patched = applyPatches(build.objects, patchesOf(manifest, 'spec'), files, folder, touched);
  const namespace = manifest.text('spec', 'targetNamespace');
  return { ...build, objects: patched.map((object) => ({ ...object, namespace: namespace ?? object.namespace })) };
}
