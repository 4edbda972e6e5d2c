/**
 * From files to units: objects that are deployed together. A kustomization that nothing else includes is a unit, and so
 * is what a Flux Kustomization builds; files without a kustomization are one unit together.
 */
import { existsSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { chartUnits } from '../helm/units.ts';
import type { Manifest } from '../text/manifest.ts';
import type { Unread } from '../text/parse.ts';
import type { Source } from '../text/source.ts';
import type { Variables } from '../text/variables.ts';
import { unlistedBy } from './argo.ts';
import { unselectedBy } from './argo-selected.ts';
import { asideIn, commonFolder } from './aside.ts';
import { buildFolder, type Rendered, renderedFrom, type Touched } from './build.ts';
import { type File, Files } from './files.ts';
import { buildFlux, type FluxKustomization, fluxKustomizations, variablePaths } from './flux.ts';
import { kustomizationOf } from './kustomization.ts';
import { nodesIn } from './nodes.ts';
import { type Operator, operatorIn } from './operator.ts';

export interface Unit {
  /** The folder of the kustomization as findings name it; empty for files without one. */
  readonly name: string;
  readonly objects: readonly Rendered[];
  readonly variables: Variables;
  /** Remote bases and files that were not read: what they hold is not known. */
  readonly missing: readonly string[];
  /** Whether these are examples beside what is deployed. */
  readonly isExample?: boolean;
}

export interface Tree {
  readonly units: readonly Unit[];
  readonly unread: readonly Unread[];
  /** Files and folders with something of CloudNativePG that are not judged, as nothing deploys them. */
  readonly left: readonly Left[];
  /** The deepest folder that holds all files. */
  readonly root: string;
  /** The number of nodes of the Kubernetes cluster, where the repository declares it. */
  readonly nodes: number | undefined;
  /** The operator that the repository installs, where that is known. */
  readonly operator?: Operator | undefined;
}

/** What is left out, in a sentence. */
interface Left {
  readonly file: string;
  readonly text: string;
}

export function treeOf(sources: readonly Source[]): Tree {
  const files = new Files(sources);
  const onDisk = files.named.filter(({ source }) => source.file !== '-');
  const touched: Touched = { folders: new Set(), files: new Set() };
  const built = [...fluxUnits(files, onDisk, touched), ...kustomizeUnits(files, onDisk, touched)];
  const charts = chartUnits(files, onDisk);
  const unlisted = leftByArgo(onDisk);
  const isListed = ({ name }: { name: string }) => unlisted(resolve(name)) === undefined;
  const listed = built.filter(({ unit }) => isListed(unit));
  const units = listed.filter((one) => !one.isLeftOut()).map(({ unit }) => unit);
  const leftOut = listed.filter((one) => one.isLeftOut()).map(({ unit }) => unit);
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
  // Beside manifests that something deploys, a folder of examples or of old copies is not deployed.
  const root = commonFolder(onDisk.map(({ path }) => path));
  const isLive = [...builtIn].some((folder) => asideIn(join(folder, '-'), root) === undefined);
  const kept = rest.filter((file) => !isLeftOut(file) && unlisted(file.path) === undefined);
  const groups = Map.groupBy(kept, ({ path, source }) =>
    isLive && source.file !== '-' ? asideIn(path, root) : undefined,
  );
  const plain = (list: readonly File[] = []): Unit => ({
    name: '',
    objects: list.flatMap(objectsIn),
    variables: {},
    missing: [],
  });
  return {
    units: [
      ...units,
      ...charts.units.filter(isListed).map(({ name, objects }) => ({ name, objects, variables: {}, missing: [] })),
      plain(groups.get(undefined)),
      { ...plain(groups.get('examples')), isExample: true },
    ],
    unread: unreadOf(files.named, charts.rendered, charts.reasons),
    left: [
      ...rest.filter((file) => isLeftOut(file) && file.manifests.some(isOwn)).map(notIncluded),
      ...inFolders(groups.get('examples'), 'only errors are reported, as nothing deploys examples'),
      ...inFolders(groups.get('unused'), 'not judged, as nothing deploys it'),
      ...notDeployed(leftOut, units),
      ...notListed([...built.map(({ unit }) => unit), ...charts.units], unlisted),
    ],
    root,
    nodes: nodesIn(files.named),
    operator: operatorIn(onDisk, root),
  };
}

const notIncluded = ({ source: { file } }: File): Left => ({
  file,
  text: `${file}: not judged, as the kustomization beside it does not include it`,
});

/** One note a folder with something of CloudNativePG. */
function inFolders(list: readonly File[] = [], what: string): Left[] {
  const folders = new Set(list.filter((file) => file.manifests.some(isOwn)).map(({ source }) => dirname(source.file)));
  return [...folders].sort().map((folder) => ({ file: folder, text: `${folder}: ${what}` }));
}

/** Of units that nothing deploys, those with objects of CloudNativePG that no other unit has. */
function notDeployed(leftOut: readonly Unit[], units: readonly Unit[]): Left[] {
  const deployed = new Set(units.flatMap(({ objects }) => objects.map(({ base }) => base.source)));
  return leftOut
    .filter(({ objects }) => objects.some(({ base }) => isOwn(base) && !deployed.has(base.source)))
    .map(({ name }) => ({
      file: name,
      text: `${name}: not judged, as the kustomization above it does not include it`,
    }));
}

/** Why no ApplicationSet deploys a folder or file, though one deploys its neighbours; undefined where that is not so. */
function leftByArgo(files: readonly File[]): (path: string) => string | undefined {
  const [unlisted, unselected] = [unlistedBy(files), unselectedBy(files)];
  return (path) => {
    const list = unlisted(path);
    if (list !== undefined) return `the ApplicationSet in ${list} does not list it`;
    const selector = unselected(path);
    return selector && `the selector of the ApplicationSet in ${selector} does not match it`;
  };
}

/** Units with objects of CloudNativePG that an ApplicationSet leaves out. */
const notListed = (
  units: readonly Pick<Unit, 'name' | 'objects'>[],
  unlisted: (path: string) => string | undefined,
): Left[] =>
  units
    .filter(({ objects }) => objects.some(({ base }) => isOwn(base)))
    .flatMap(({ name }) => {
      const why = unlisted(resolve(name));
      return why === undefined ? [] : [{ file: name, text: `${name}: not judged, as ${why}` }];
    });

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
    left: [],
    root: '',
    nodes: undefined,
  };
}

const objectsIn = ({ manifests }: File): Rendered[] => manifests.map(renderedFrom);
const isOwn = ({ apiVersion }: Manifest): boolean => /(?:^|\.)cnpg\.io\//.test(apiVersion);

/** What Flux Kustomizations build; those that the kustomization above them leaves out deploy nothing. */
function fluxUnits(files: Files, onDisk: readonly File[], touched: Touched): Built[] {
  return fluxKustomizations(onDisk).map((flux) => {
    const { objects, missing } = buildFlux(files, flux, touched);
    const unit = { name: nameOf(flux.folder), objects, variables: flux.variables, missing };
    return { unit, isLeftOut: () => !touched.files.has(flux.declaredIn) && isBelowAnother(files, flux) };
  });
}

/** Kustomizations that no other one includes, and that no Flux Kustomization builds. */
function kustomizeUnits(files: Files, onDisk: readonly File[], touched: Touched): Built[] {
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
  const byFlux = new Set(touched.folders);
  const variable = byFlux.size === 0 ? [] : variablePaths(onDisk);
  return all
    .filter(
      ({ folder, kustomization }) =>
        !kustomization.isComponent && !included.has(folder) && !touched.folders.has(folder),
    )
    .map(({ folder }) => {
      const { objects, missing } = buildFolder(files, folder, touched);
      const above = kustomizedAbove(files, folder);
      // Flux builds what its folders list: a folder below one of them that is not listed is not deployed.
      const isLeftOut = () => above !== undefined && byFlux.has(above) && !variable.some((path) => path.test(folder));
      return { unit: { name: nameOf(folder), objects, variables: {}, missing }, isLeftOut };
    });
}

interface Built {
  readonly unit: Unit;
  /** Whether nothing deploys it: known once everything is built. */
  isLeftOut(): boolean;
}

/** Whether a kustomization beside the file of a Flux Kustomization, or above it, could include it; not the one that it builds. */
function isBelowAnother(files: Files, { declaredIn, folder }: FluxKustomization): boolean {
  if (declaredIn.startsWith(`${folder}/`)) return kustomizedAbove(files, folder) !== undefined;
  const own = dirname(declaredIn);
  return files.kustomization(own) !== undefined || kustomizedAbove(files, own) !== undefined;
}

/** The nearest folder above with a kustomization, within the repository. */
function kustomizedAbove(files: Files, folder: string): string | undefined {
  for (let above = dirname(folder); above !== dirname(above); above = dirname(above)) {
    if (existsSync(join(folder, '.git'))) return undefined;
    const found = files.kustomization(above)?.manifests[0];
    if (found) return kustomizationOf(found).isComponent ? undefined : above;
    if (existsSync(join(above, '.git'))) return undefined;
  }
  return undefined;
}

const folderOf = (file: string): string => dirname(resolve(file));

function nameOf(folder: string): string {
  const near = join(folder, '.').replace(`${process.cwd()}/`, '');
  return near.replace(/\/$/, '');
}
