/** A user's manifests, fitted to the drill's own Kubernetes. Pure but for the passwords that it generates. */
import type { KubeObject } from '../../cnpg/objects.ts';
import { type Change, Fitting, type Placed } from './change.ts';
import { choose, type Mine } from './choose.ts';
import { fitBackups } from './fit-backups.ts';
import { fitCluster } from './fit-cluster.ts';
import { fitPooler } from './fit-pooler.ts';
import { fitSecrets } from './fit-secrets.ts';
import type { Surroundings } from './surroundings.ts';

export interface Fitted {
  readonly mine: Mine;
  /** In the order in which they are applied. */
  readonly before: readonly KubeObject[];
  readonly cluster: readonly KubeObject[];
  readonly after: readonly KubeObject[];
  readonly archives: boolean;
  readonly changes: readonly Change[];
}

/** What the drill stands up, by kind, in the order in which it is applied. */
const before = ['Namespace', 'Secret', 'ConfigMap', 'ImageCatalog', 'ClusterImageCatalog', 'ObjectStore'];
const together = ['Cluster', 'Pooler'];
const after = ['Database', 'ScheduledBackup'];
/** Kinds that become Secrets; `fitSecrets` decides about them. */
const makers = ['ExternalSecret', 'SealedSecret', 'VaultStaticSecret', 'VaultDynamicSecret'];

/** @throws UsageError with file and line where they cannot be stood up */
export function fitManifests(objects: readonly Placed[], around: Surroundings): Fitted {
  const mine = choose(objects);
  const fitting = new Fitting(objects);
  const known = new Set([...before, ...together, ...after, ...makers]);
  for (const placed of objects) leaveOutOthers(fitting, placed, known, mine);
  const [cluster] = fitting.of('Cluster');
  fitSecrets(fitting, cluster, mine.owner);
  const archives = fitBackups(fitting, cluster, mine.namespace, around);
  fitCluster(fitting, cluster, around);
  for (const pooler of fitting.of('Pooler')) fitPooler(fitting, pooler, around);
  const placed = fitting.objects.map((object) => inNamespace(object, mine.namespace));
  const of = (kinds: readonly string[]) => kinds.flatMap((kind) => placed.filter((object) => object.kind === kind));
  return { mine, before: of(before), cluster: of(together), after: of(after), archives, changes: fitting.changes };
}

function leaveOutOthers(fitting: Fitting, { object }: Placed, known: ReadonlySet<string>, mine: Mine): void {
  const found = fitting.of(object.kind).find(({ metadata }) => metadata.name === object.metadata.name);
  if (!found) return;
  if (!known.has(object.kind)) fitting.leaveOut(found, 'the drill stands up the database and its poolers only');
  else if (object.kind === 'Pooler' && mine.pooler.object !== object)
    fitting.leaveOut(found, 'the drill sends its load through one Pooler of type rw');
  else if (object.kind === 'Database' && clusterOf(found) !== mine.name)
    fitting.leaveOut(found, 'it is of another Cluster');
}

const clusterOf = (object: { spec?: { cluster?: { name?: string } } }): string | undefined =>
  object.spec?.cluster?.name;

/** Objects without a namespace go where the Cluster goes, except those that have none. */
const inNamespace = (object: KubeObject, namespace: string): KubeObject =>
  object.kind === 'Namespace' || object.kind === 'ClusterImageCatalog'
    ? object
    : { ...object, metadata: { ...object.metadata, namespace } };
