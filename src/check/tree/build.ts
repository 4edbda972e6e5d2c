/** Builds kustomizations: which objects come out, and what their fields are after all patches. */
import { join, resolve } from 'node:path';
import { isMap, isSeq, Scalar, type YAMLMap } from 'yaml';
import type { Manifest, Place } from '../text/manifest.ts';
import { rootsOf } from '../text/parse.ts';
import type { Files } from './files.ts';
import { operationsOf, patched } from './json-patch.ts';
import { isTarget, type Kustomization, kustomizationOf, type Patch, type Target } from './kustomization.ts';
import { mergeMaps } from './merge.ts';

/** An object as it reaches the cluster. */
export interface Rendered {
  /** The whole tree, patches included. */
  readonly manifest: Manifest;
  /** The manifest that the patches go over. */
  readonly base: Manifest;
  readonly name: string;
  readonly namespace: string | undefined;
  /** For what a chart renders to: settings that other values may add. */
  readonly open?: Open;
  /** Whether a prefix or suffix names it otherwise, and nothing makes kustomize follow in the objects that refer to it. */
  readonly isRenamed?: boolean;
}

/** Which settings an object lacks only with the values that are known. */
export interface Open {
  readonly isDefault: boolean;
  has(name: string): boolean;
}

export interface Build {
  readonly objects: readonly Rendered[];
  /** What could not be read: remote bases and files that do not exist. */
  readonly missing: readonly string[];
}

/** What a build has touched, by absolute path. */
export interface Touched {
  readonly folders: Set<string>;
  readonly files: Set<string>;
}

export const renderedFrom = (manifest: Manifest): Rendered => ({
  manifest,
  base: manifest,
  name: manifest.name,
  namespace: manifest.namespace,
});

/** Builds a folder: its kustomization, or all manifests below it where it has none, as Flux does. */
export function buildFolder(files: Files, folder: string, touched: Touched, depth = 0): Build {
  touched.folders.add(folder);
  const file = files.kustomization(folder);
  if (!file) return buildWithout(files, folder, touched, depth);
  touched.files.add(file.path);
  const [manifest] = file.manifests;
  // A kustomization that refers to itself, or a chain of this length, is a mistake that kustomize refuses.
  if (!manifest || depth > 20) return { objects: [], missing: [] };
  return buildOn([], kustomizationOf(manifest), files, folder, touched, depth);
}

function buildWithout(files: Files, folder: string, touched: Touched, depth: number): Build {
  const builds = files.list(folder).flatMap(({ name, isFolder }): Build[] => {
    const path = join(folder, name);
    if (isFolder) return depth > 20 || name.startsWith('.') ? [] : [buildFolder(files, path, touched, depth + 1)];
    return /\.ya?ml$/.test(name) ? [buildFile(files, path, touched)] : [];
  });
  return together(builds);
}

function buildFile(files: Files, path: string, touched: Touched): Build {
  const file = files.file(path);
  if (!file) return { objects: [], missing: [path] };
  touched.files.add(path);
  return { objects: file.manifests.map(renderedFrom), missing: [] };
}

const generators = ['configMapGenerator', 'secretGenerator', 'helmCharts'];

/** Adds a kustomization's resources to objects that are already there, and applies it to all of them. */
function buildOn(
  objects: readonly Rendered[],
  kustomization: Kustomization,
  files: Files,
  folder: string,
  touched: Touched,
  depth: number,
): Build {
  const builds = kustomization.resources.map((name) => buildResource(files, folder, name, touched, depth));
  // A kustomization that generates ConfigMaps or deploys charts holds settings itself.
  const { manifest } = kustomization;
  const own = generators.some((name) => manifest.at(name)) ? [renderedFrom(manifest)] : [];
  let build = together([{ objects: [...objects, ...own], missing: [] }, ...builds]);
  for (const name of kustomization.components) build = applyComponent(build, files, folder, name, touched, depth);
  return { ...build, objects: transformed(build.objects, kustomization, files, folder, touched) };
}

export function applyComponent(
  build: Build,
  files: Files,
  folder: string,
  name: string,
  touched: Touched,
  depth = 0,
): Build {
  const path = resolve(folder, name);
  const manifest = isRemote(name) || depth > 20 ? undefined : files.kustomization(path)?.manifests[0];
  if (!manifest) return { ...build, missing: [...build.missing, name] };
  touched.folders.add(path);
  touched.files.add(files.kustomization(path)!.path);
  const added = buildOn(build.objects, kustomizationOf(manifest), files, path, touched, depth + 1);
  return { objects: added.objects, missing: [...build.missing, ...added.missing] };
}

function buildResource(files: Files, folder: string, name: string, touched: Touched, depth: number): Build {
  if (isRemote(name)) return { objects: [], missing: /\.ya?ml(\?.*)?$/.test(name) ? [] : [name] };
  const path = resolve(folder, name);
  return files.isFolder(path) ? buildFolder(files, path, touched, depth + 1) : buildFile(files, path, touched);
}

const isRemote = (name: string): boolean => /^(?:https?:|git@|ssh:|oci:)|\/\/|\?ref=/.test(name);

const together = (builds: readonly Build[]): Build => ({
  objects: builds.flatMap(({ objects }) => objects),
  missing: builds.flatMap(({ missing }) => missing),
});

function transformed(
  objects: readonly Rendered[],
  kustomization: Kustomization,
  files: Files,
  folder: string,
  touched: Touched,
): Rendered[] {
  const { namespace, namePrefix, nameSuffix, replaced } = kustomization;
  let result = applyPatches(objects, kustomization.patches, files, folder, touched);
  for (const { target, path } of replaced) result = result.map((object) => withUnknown(object, target, path));
  // Kustomize knows references between Kubernetes' own kinds; `configurations` name others.
  const { manifest } = kustomization;
  const renames = `${namePrefix}${nameSuffix}` !== '' && !manifest.at('configurations') && !manifest.at('transformers');
  return result.map((object) => ({
    ...object,
    name: `${namePrefix}${object.name}${nameSuffix}`,
    namespace: namespace ?? object.namespace,
    ...(renames && { isRenamed: true }),
  }));
}

/** @returns the objects with all patches applied in their order */
export function applyPatches(
  objects: readonly Rendered[],
  patches: readonly Patch[],
  files: Files,
  folder: string,
  touched: Touched,
): Rendered[] {
  return patches.reduce<Rendered[]>(
    (result, patch) =>
      placesOf(patch, files, folder, touched).reduce((all, root) => applyRoot(all, root, patch.target), result),
    [...objects],
  );
}

/** The roots of a patch: maps are strategic merge patches, lists are JSON 6902. */
function placesOf({ path, inline }: Patch, files: Files, folder: string, touched: Touched): readonly Place[] {
  if (inline) return inline;
  const file = path === undefined || isRemote(path) ? undefined : files.file(resolve(folder, path));
  if (!file) return [];
  touched.files.add(file.path);
  return rootsOf(file.source);
}

function applyRoot(objects: readonly Rendered[], root: Place, target: Target | undefined): Rendered[] {
  if (isMap(root.node)) return mergePatch(objects, root, target);
  if (!isSeq(root.node) || !target) return [...objects];
  const operations = operationsOf(root.manifest.itemsOf(root.node));
  return objects.map((object) =>
    isFor(target, object) ? withRoot(object, patched(object.manifest.root, object.manifest, operations)) : object,
  );
}

function mergePatch(objects: readonly Rendered[], root: Place, target: Target | undefined): Rendered[] {
  const patch = root.manifest.withRoot(root.node as YAMLMap);
  const isDeleted = patch.text('$patch') === 'delete';
  const isPatched = (object: Rendered) =>
    target
      ? isFor(target, object)
      : patch.kind === object.manifest.kind && (patch.name === object.name || patch.name === object.base.name);
  return objects.flatMap((object) => {
    if (!isPatched(object)) return [object];
    if (isDeleted) return [];
    const isCore = !object.manifest.apiVersion.includes('.') || object.manifest.apiVersion.includes('k8s.io');
    const merged = mergeMaps(
      { map: object.manifest.root, manifest: object.manifest },
      { map: patch.root, manifest: patch },
      isCore || object.manifest.apiVersion.startsWith('apps/'),
    );
    return [withRoot(object, merged)];
  });
}

const isFor = (target: Target, { manifest, base, name, namespace }: Rendered): boolean =>
  isTarget(target, manifest, [name, base.name], namespace);

/** The name stays that of the base: a patch with a target may carry any. */
const withRoot = (object: Rendered, root: YAMLMap): Rendered => ({
  ...object,
  manifest: object.manifest.withRoot(root),
});

/** A field that a replacement fills in: a variable that nobody knows. */
function withUnknown(object: Rendered, target: Target, path: readonly string[]): Rendered {
  if (!isFor(target, object)) return object;
  const value = new Scalar(`\${replacement}`);
  const place = object.manifest.place(value, undefined);
  return withRoot(
    object,
    patched(object.manifest.root, object.manifest, [{ op: 'add', path: [...path], value: place }]),
  );
}
