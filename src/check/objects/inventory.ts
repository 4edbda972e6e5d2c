/** Everything that was given to check, and how it hangs together. */
import { cnpgVersion } from '../documentation.ts';
import { layered } from '../tree/layers.ts';
import type { Unit } from '../tree/units.ts';
import { expanded } from './charts.ts';
import { type Owner, Resource, sameNamespace } from './resource.ts';
import type { Installed } from './since.ts';

export interface InventoryOptions {
  /** ms since 1970; for rules about age. */
  readonly nowMs: number;
  /** Only single files are known, not the folder that they belong to. */
  readonly isPartial?: boolean;
  /** Whether a manifest that is a part of an object may be a patch of others; default: yes. */
  readonly mayPatch?: (file: string) => boolean;
  /** Whether the files hold parts that were not read: templates, remote bases. */
  readonly hasGaps?: boolean;
  /** The operator's version, such as `1.28`, where the user or the repository says it. */
  readonly installed?: Installed | undefined;
  /** The folder that is checked, whose name may say what it is for. */
  readonly root?: string;
  /** The number of nodes of the Kubernetes cluster, where it is known. */
  readonly nodes?: number | undefined;
  /** The names of all rules, for the annotation that accepts findings. */
  readonly ruleIds?: ReadonlySet<string>;
}

/** A value that no rule can judge: a variable that nobody knows. */
export interface Undecided {
  readonly resource: Resource;
  readonly variable: string;
  /** Whether it is a setting that other values of the object's chart may add. */
  readonly isSetting: boolean;
}

export class Inventory {
  readonly resources: readonly Resource[];
  readonly nowMs: number;
  readonly isPartial: boolean;
  readonly cnpgVersion: string;
  /** The operator's version where it is known; `cnpgVersion` is otherwise the one that the rules are written for. */
  readonly installed: Installed | undefined;
  /** Whether an object that is not among the manifests does not exist. */
  readonly isClosed: boolean;
  /** Objects of CloudNativePG and its plugin, parts of objects included. */
  readonly own: readonly Resource[];
  readonly clusters: readonly Resource[];
  readonly poolers: readonly Resource[];
  readonly scheduledBackups: readonly Resource[];
  readonly backups: readonly Resource[];
  readonly databases: readonly Resource[];
  readonly objectStores: readonly Resource[];
  /** Of a namespace, and of the whole Kubernetes cluster. */
  readonly imageCatalogs: readonly Resource[];
  readonly ruleIds: ReadonlySet<string>;
  readonly root: string | undefined;
  /** The number of nodes of the Kubernetes cluster; undefined where the manifests do not show it. */
  readonly nodes: number | undefined;
  readonly undecided: Undecided[] = [];
  readonly #byKind = new Map<string, Resource[]>();
  readonly #clustersByName = new Map<string, Resource[]>();
  readonly #clustersFor = new Map<Resource, readonly Resource[]>();
  readonly #dependents = new Map<Resource, Resource[]>();
  readonly #cache = new Map<string, unknown>();

  constructor(units: readonly Unit[], options: InventoryOptions) {
    this.nowMs = options.nowMs;
    this.isPartial = options.isPartial ?? false;
    this.isClosed = !this.isPartial && options.hasGaps !== true;
    this.ruleIds = options.ruleIds ?? new Set();
    this.nodes = options.nodes;
    this.root = options.root;
    this.installed = options.installed;
    this.cnpgVersion = options.installed?.version ?? cnpgVersion;
    this.resources = units.flatMap((unit) => resourcesOf(unit, options));
    for (const resource of this.resources) add(this.#byKind, resource.kind, resource);
    this.own = this.resources.filter(({ manifest }) => isOwn(manifest.apiVersion));
    const whole = (kind: string, ...needed: string[]) =>
      (this.#byKind.get(kind) ?? []).filter(
        (resource) =>
          isOwn(resource.manifest.apiVersion) &&
          (resource.owner.unit !== '' ||
            resource.isExpanded ||
            needed.length === 0 ||
            needed.some((field) => resource.manifest.at('spec', field))),
      );
    // A Cluster without storage and bootstrap, a Pooler without its Cluster: patches of objects that are elsewhere.
    this.clusters = whole('Cluster', 'storage', 'bootstrap');
    this.poolers = whole('Pooler', 'cluster');
    this.scheduledBackups = whole('ScheduledBackup', 'cluster');
    this.backups = whole('Backup', 'cluster');
    this.databases = whole('Database', 'cluster');
    this.objectStores = whole('ObjectStore', 'configuration');
    this.imageCatalogs = [...whole('ImageCatalog'), ...whole('ClusterImageCatalog')];
    for (const cluster of this.clusters)
      for (const name of new Set([cluster.name, cluster.base.name])) add(this.#clustersByName, name, cluster);
    for (const resource of [...this.poolers, ...this.scheduledBackups, ...this.backups, ...this.databases])
      for (const cluster of this.clustersFor(resource)) add(this.#dependents, cluster, resource);
  }

  of(...kinds: string[]): Resource[] {
    return kinds.flatMap((kind) => this.#byKind.get(kind) ?? []);
  }

  /**
   * The Clusters that an object may mean by `spec.cluster.name`: those of its own kustomization, else those in its
   * file or the nearest folder. Several where nothing distinguishes them.
   */
  clustersFor(resource: Resource): readonly Resource[] {
    const known = this.#clustersFor.get(resource);
    if (known) return known;
    const name = resource.reference('spec', 'cluster', 'name') ?? '';
    const found = this.nearest(resource, this.#clustersByName.get(name) ?? []);
    this.#clustersFor.set(resource, found);
    return found;
  }
  clusterOf(resource: Resource): Resource | undefined {
    return this.clustersFor(resource)[0];
  }
  /** Of objects with one name, those that another object means. */
  nearest(resource: Resource, candidates: readonly Resource[]): readonly Resource[] {
    const same = candidates.filter((candidate) => sameNamespace(candidate, resource));
    // A name with a variable that nobody knows is many names: it distinguishes objects of one file or unit, and no others.
    const here = same.filter((candidate) => !candidate.name.includes('$') || isTogether(candidate, resource));
    if (here.length < 2) return here;
    const unit = here.filter(
      (candidate) => candidate.owner.unit !== '' && candidate.owner.unit === resource.owner.unit,
    );
    if (unit.length > 0) return unit;
    const depths = here.map((candidate) => commonDepth(fileOf(candidate), fileOf(resource)));
    const deepest = Math.max(...depths);
    return here.filter((_, nth) => depths[nth] === deepest);
  }

  poolersOf(cluster: Resource): Resource[] {
    return this.#dependentsOf(cluster, 'Pooler');
  }
  /** Poolers to the primary of a cluster (`type: rw`, the default). */
  writePoolersOf(cluster: Resource): Resource[] {
    return this.poolersOf(cluster).filter((pooler) => (pooler.text('spec', 'type') ?? 'rw') === 'rw');
  }
  schedulesOf(cluster: Resource): Resource[] {
    return this.#dependentsOf(cluster, 'ScheduledBackup');
  }
  backupsOf(cluster: Resource): Resource[] {
    return this.#dependentsOf(cluster, 'Backup');
  }
  databasesOf(cluster: Resource): Resource[] {
    return this.#dependentsOf(cluster, 'Database');
  }
  /** Whether an object of this kind names a cluster of this name and namespace, wherever it stands. */
  isNamedBy(kind: string, cluster: Resource): boolean {
    const index = this.once(`naming ${kind}`, () =>
      Map.groupBy(this.of(kind), (resource) => resource.reference('spec', 'cluster', 'name') ?? ''),
    );
    return (index.get(cluster.name) ?? []).some((resource) => sameNamespace(resource, cluster));
  }
  /** Objects of a kind with a name that another object in their namespace may mean. */
  named(kind: string, name: string, from: Resource): readonly Resource[] {
    const index = this.once(`named ${kind}`, () => {
      const byName = new Map<string, Resource[]>();
      for (const resource of this.of(kind))
        for (const known of new Set([resource.name, resource.base.name])) add(byName, known, resource);
      return byName;
    });
    return this.nearest(from, index.get(name) ?? []);
  }

  /** Works something out once, however many rules need it. */
  once<T>(what: string, work: () => T): T {
    if (!this.#cache.has(what)) this.#cache.set(what, work());
    return this.#cache.get(what) as T;
  }

  #dependentsOf(cluster: Resource, kind: string): Resource[] {
    return (this.#dependents.get(cluster) ?? []).filter((resource) => resource.kind === kind);
  }
}

const isOwn = (apiVersion: string): boolean => /(?:^|\.)cnpg\.io\//.test(apiVersion);

function resourcesOf(unit: Unit, { mayPatch, installed }: InventoryOptions): Resource[] {
  const owner: Owner = {
    unit: unit.name,
    variables: unit.variables,
    isPartial: unit.missing.length > 0,
    isExample: unit.isExample === true,
    installed,
  };
  const objects = unit.name === '' ? layered(unit.objects, mayPatch) : unit.objects;
  return objects.flatMap((object) => [
    new Resource(object, owner),
    ...expanded(object).map((made) => new Resource(made, owner)),
  ]);
}

const isTogether = (a: Resource, b: Resource): boolean =>
  a.owner.unit === b.owner.unit && (a.owner.unit !== '' || fileOf(a) === fileOf(b));

const fileOf = (resource: Resource): string => resource.base.source.file;

function commonDepth(a: string, b: string): number {
  const [left, right] = [a.split('/'), b.split('/')];
  const differs = left.findIndex((step, nth) => step !== right[nth]);
  return differs < 0 ? left.length : differs;
}

function add<K, V>(map: Map<K, V[]>, key: K, value: V): void {
  const list = map.get(key);
  if (list) list.push(value);
  else map.set(key, [value]);
}
