import { barmanPlugin } from '../../kubernetes/barman-plugin.ts';
import { cnpg } from '../documentation.ts';
import { each } from '../each.ts';
import { cluster, scheduledBackup, together } from '../example.ts';
import type { Problem, Rule } from '../finding.ts';
import { storesNamed } from '../objects/backup.ts';
import { imagesOf } from '../objects/image.ts';
import type { Inventory } from '../objects/inventory.ts';
import type { Resource } from '../objects/resource.ts';

/** Names of Clusters and ObjectStores that exist nowhere among the manifests. */
export const referenceMissing: Rule = {
  id: 'reference-missing',
  severity: 'error',
  title: 'name of an object that does not exist',
  documentation: cnpg('cloudnative-pg.v1'),
  explanation:
    'A Pooler, ScheduledBackup, Backup, Database, DatabaseRole, Publication or Subscription names a Cluster, or a Cluster ' +
    'an ObjectStore, that exists nowhere in the manifests, although others of its kind do; or a Cluster names a version that ' +
    'its image catalog lacks, or a `namePrefix` renames the Cluster and not what refers to it. The operator waits for it for ever: no pods, no backups, no database. The rule is silent where the tree holds no object of that kind at all, or has parts that are not here.',
  bad: together(
    cluster('instances: 1'),
    scheduledBackup('schedule: "0 0 2 * * *"').replace('name: pg\n', 'name: shop\n'),
  ),
  good: together(cluster('instances: 1'), scheduledBackup('schedule: "0 0 2 * * *"')),
  claimsAbsence: true,
  check: each(
    ({ own }) => own,
    function* (resource, inventory) {
      if (resource.kind in harms) yield* ofCluster(resource, inventory);
      if (resource.kind === 'Cluster') {
        yield* ofStores(resource, inventory);
        yield* ofCatalog(resource, inventory);
      }
    },
  ),
};

function* ofCluster(resource: Resource, inventory: Inventory): Generator<Problem> {
  const at = resource.at('spec', 'cluster', 'name');
  const name = resource.reference('spec', 'cluster', 'name');
  if (!at || !name || name.includes('$')) return;
  const found = inventory.clustersFor(resource);
  const lost = lostByName(resource, name, found);
  if (lost) yield { resource, at, message: `${lost}: ${harms[resource.kind]}. ${follow}`, change: [] };
  if (found.length > 0) return;
  if (!inventory.isClosed || inventory.clusters.length === 0) return;
  const elsewhere = inventory.clusters.filter((other) => other.name === name);
  const byHand = isByHand(resource, inventory);
  yield {
    resource,
    at,
    ...(byHand && { severity: 'info' as const }),
    message:
      elsewhere.length > 0
        ? `Cluster ${name} is in namespace ${elsewhere[0]!.namespace}, and ${resource.title} in ${resource.namespace}: ` +
          `${resource.kind}s reach only Clusters of their own namespace, so this one waits for ever.`
        : byHand
          ? `No manifest has a Cluster ${name}: applied by hand as it stands, the backup is never taken.`
          : `No manifest has a Cluster ${name}: ${harms[resource.kind]}.`,
    change: [],
  };
}

/** A Backup beside what kustomizations deploy is applied by hand, once. */
const isByHand = ({ kind, owner }: Resource, { clusters }: Inventory): boolean =>
  kind === 'Backup' && owner.unit === '' && clusters.some((cluster) => cluster.owner.unit !== '');

/** What a prefix or suffix of the kustomization makes of the object that is meant; undefined where it keeps its name. */
function lostByName(from: Resource, name: string, found: readonly Resource[]): string | undefined {
  const isLost = (one: Resource) => one.isRenamed && one.name !== name && one.owner.unit === from.owner.unit;
  if (found.length === 0 || !found.every(isLost)) return undefined;
  const { kind, name: now } = found[0]!;
  return `The kustomization names the ${kind} ${now}, and kustomize does not follow in what refers to ${name}`;
}

const follow = 'A nameReference under configurations makes it follow.';

const harms: Readonly<Record<string, string>> = {
  Pooler: 'the pooler has no server, and its clients cannot connect',
  ScheduledBackup: 'every backup fails, and a restore has nothing to begin with',
  Backup: 'the backup is never taken',
  Database: 'the database is never created',
  DatabaseRole: 'the role is never created',
  Publication: 'the publication is never created',
  Subscription: 'the subscription is never created, and nothing is replicated',
};

/** A version that a catalog of the manifests does not have; a catalog that is not among them may be anywhere. */
function* ofCatalog(resource: Resource, inventory: Inventory): Generator<Problem> {
  const at = resource.at('spec', 'imageCatalogRef', 'major');
  const major = resource.number('spec', 'imageCatalogRef', 'major');
  const kind = resource.text('spec', 'imageCatalogRef', 'kind') ?? 'ImageCatalog';
  const name = resource.reference('spec', 'imageCatalogRef', 'name') ?? '';
  const catalogs =
    kind === 'ClusterImageCatalog'
      ? inventory.imageCatalogs.filter((one) => one.kind === kind && one.name === name)
      : inventory.named(kind, name, resource);
  if (!at || major === undefined || catalogs.length === 0) return;
  if (catalogs.some((catalog) => imagesOf(catalog).some((image) => image.major === major))) return;
  yield {
    resource,
    at,
    message: `${kind} ${name} has no image for PostgreSQL ${major}: the operator cannot create or upgrade the Cluster.`,
    change: [],
  };
}

function* ofStores(resource: Resource, inventory: Inventory): Generator<Problem> {
  if (!inventory.isClosed || inventory.objectStores.length === 0) return;
  for (const { name, place } of storesNamed(resource, 'plugins')) {
    const found = inventory.named('ObjectStore', name, resource);
    const lost = lostByName(resource, name, found);
    if (lost)
      yield {
        resource,
        at: place,
        message: `${lost}: ${barmanPlugin} can neither archive nor restore. ${follow}`,
        change: [],
      };
    if (name.includes('$') || found.length > 0) continue;
    yield {
      resource,
      at: place,
      message: `No manifest has an ObjectStore ${name} in the namespace of ${resource.title}: ${barmanPlugin} can neither archive WAL nor restore.`,
      change: [],
    };
  }
}
