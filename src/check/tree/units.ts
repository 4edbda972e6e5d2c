/**
 * From files to units: objects that are deployed together. A kustomization that nothing else includes is a unit, and so
 * is what a Flux Kustomization builds; files without a kustomization are one unit together.
 */
import { dirname, join, resolve } from 'node:path';
import { chartUnits } from '../helm/units.ts';
import type { Manifest } from '../text/manifest.ts';
import type { Unread } from '../text/parse.ts';
import type { Source } from '../text/source.ts';
import type { Variables } from '../text/variables.ts';
import { buildFolder, type Rendered, renderedFrom, type Touched } from './build.ts';
import { type File, Files } from './files.ts';
import { buildFlux, fluxKustomizations } from './flux.ts';
import { kustomizationOf } from './kustomization.ts';

export interface Unit {
  /** The folder of the kustomization as findings name it; empty for files without one. */
  readonly name: string;
  readonly objects: readonly Rendered[];
  readonly variables: Variables;
  /** Remote bases and files that were not read: what they hold is not known. */
  readonly missing: readonly string[];
}

export interface Tree {
  readonly units: readonly Unit[];
  readonly unread: readonly Unread[];
  /** Files in the folder of a kustomization that includes them nowhere. */
  readonly notIncluded: readonly Source[];
}

export function treeOf(sources: readonly Source[]): Tree {
  const files = new Files(sources);
  const onDisk = files.named.filter(({ source }) => source.file !== '-');
  const touched: Touched = { folders: new Set(), files: new Set() };
  const units = [...fluxUnits(files, onDisk, touched), ...kustomizeUnits(files, onDisk, touched)];
  const charts = chartUnits(files, onDisk);
  const tests = new Set(onDisk.filter(isTest).map(({ path }) => dirname(path)));
  const rest = files.named.filter(
    ({ path }) => !touched.files.has(path) && !charts.rendered.has(path) && !tests.has(dirname(path)),
  );
  const builtIn = new Set(
    units.flatMap(({ objects }) =>
      objects.filter(({ base }) => isOwn(base)).map(({ base }) => folderOf(base.source.file)),
    ),
  );
  // A folder without a kustomization, below one whose kustomization deploys a database, is left out by it too.
  const isLeftOut = ({ path, source }: File) =>
    source.file !== '-' &&
    (files.kustomization(dirname(path)) !== undefined ||
      (builtIn.has(dirname(dirname(path))) && files.kustomization(dirname(dirname(path))) !== undefined));
  const plain = rest.filter((file) => !isLeftOut(file));
  return {
    units: [
      ...units,
      ...charts.units.map(({ name, objects }) => ({ name, objects, variables: {}, missing: [] })),
      { name: '', objects: plain.flatMap(objectsIn), variables: {}, missing: [] },
    ],
    unread: unreadOf(files.named, charts.rendered, charts.reasons),
    notIncluded: rest.filter((file) => isLeftOut(file) && file.manifests.some(isOwn)).map(({ source }) => source),
  };
}

/** A test of Chainsaw or KUTTL: the files beside it are its steps, and their objects are nobody’s database. */
const isTest = ({ manifests }: File): boolean =>
  manifests.some(({ apiVersion }) => /^(?:chainsaw\.kyverno\.io|kuttl\.dev)\//.test(apiVersion));

/** Files that were not read: broken ones, and templates that were not rendered and may deploy something of CloudNativePG. */
function unreadOf(
  named: readonly File[],
  rendered: ReadonlySet<string>,
  reasons: ReadonlyMap<string, string>,
): Unread[] {
  return named.flatMap(({ path, unread }): Unread[] => {
    if (!unread || rendered.has(path)) return [];
    if (unread.reason === 'template' && !/apiVersion:[^\n]*cnpg\.io\//.test(unread.source.text)) return [];
    const why = reasons.get(unread.source.file);
    return [why === undefined ? unread : { ...unread, why }];
  });
}

/** All files as they stand, kustomizations not looked at. */
export function plainTree(sources: readonly Source[]): Tree {
  const { named } = new Files(sources);
  return {
    units: [{ name: '', objects: named.flatMap(objectsIn), variables: {}, missing: [] }],
    unread: named.flatMap(({ unread }) => unread ?? []),
    notIncluded: [],
  };
}

const objectsIn = ({ manifests }: File): Rendered[] => manifests.map(renderedFrom);
const isOwn = ({ apiVersion }: Manifest): boolean => /(?:^|\.)cnpg\.io\//.test(apiVersion);

function fluxUnits(files: Files, onDisk: readonly File[], touched: Touched): Unit[] {
  return fluxKustomizations(onDisk).map((flux) => {
    const { objects, missing } = buildFlux(files, flux, touched);
    return { name: nameOf(flux.folder), objects, variables: flux.variables, missing };
  });
}

/** Kustomizations that no other one includes, and that no Flux Kustomization builds. */
function kustomizeUnits(files: Files, onDisk: readonly File[], touched: Touched): Unit[] {
  const all = onDisk.flatMap((file) => {
    const [manifest] = file.manifests;
    if (!manifest || !/^kustomization(?:\.ya?ml)?$/i.test(file.path.split('/').at(-1)!)) return [];
    return [{ folder: dirname(file.path), kustomization: kustomizationOf(manifest) }];
  });
  const included = new Set(
    all.flatMap(({ folder, kustomization: { resources, components } }) =>
      [...resources, ...components].map((name) => resolve(folder, name)),
    ),
  );
  return all
    .filter(
      ({ folder, kustomization }) =>
        !kustomization.isComponent && !included.has(folder) && !touched.folders.has(folder),
    )
    .map(({ folder }) => {
      const { objects, missing } = buildFolder(files, folder, touched);
      return { name: nameOf(folder), objects, variables: {}, missing };
    });
}

const folderOf = (file: string): string => dirname(resolve(file));

function nameOf(folder: string): string {
  const near = join(folder, '.').replace(`${process.cwd()}/`, '');
  return near.replace(/\/$/, '');
}
