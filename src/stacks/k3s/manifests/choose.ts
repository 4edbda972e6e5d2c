/** Which of a user's objects the drill is about: one Cluster, and the Pooler that leads to its primary. */
import { didYouMean, UsageError } from '../../../errors.ts';
import { type Cluster, clusterKind, type Pooler } from '../../cnpg/objects.ts';
import { type Placed, placeOf } from './change.ts';

const group = 'postgresql.cnpg.io/';
/** Objects without a namespace go where `kubectl apply` would put them. */
const defaultNamespace = 'default';

export interface Mine {
  readonly cluster: Placed;
  /** The first of type rw. */
  readonly pooler: Placed;
  readonly namespace: string;
  readonly name: string;
  /** The database that the load uses, and its owner. */
  readonly database: string;
  readonly owner: string;
  /** The Secret of the owner's password. */
  readonly ownerSecret: string;
}

interface Bootstrap {
  readonly initdb?: Base;
  readonly recovery?: Base;
  readonly pg_basebackup?: Base;
}
interface Base {
  readonly database?: string;
  readonly owner?: string;
  readonly secret?: { readonly name?: string };
}

/** @throws UsageError naming file and line where the objects do not describe one Cluster with a Pooler */
export function choose(objects: readonly Placed[]): Mine {
  for (const placed of objects) refuseVersion(placed);
  const clusters = objects.filter(({ object }) => object.kind === 'Cluster' && object.apiVersion.startsWith(group));
  const [cluster, second] = clusters;
  if (!cluster)
    throw new UsageError(
      `the manifests should hold a Cluster of CloudNativePG, but hold ${kindsOf(objects)}; name its file with --manifests`,
    );
  if (second)
    throw new UsageError(
      `the manifests should hold one Cluster, but hold ${clusters.length}: ${clusters.map((one) => `${one.object.metadata.name} (${placeOf(one)})`).join(', ')}; name the files of one`,
    );
  const { name } = cluster.object.metadata;
  const spec = (cluster.object.spec ?? {}) as Cluster['spec'] & { readonly bootstrap?: Bootstrap };
  refuseSpec(cluster, spec);
  const poolers = objects
    .filter(({ object }) => object.kind === 'Pooler')
    .map((placed) => ({ placed, ...leads(placed) }));
  const pooler = poolers.find(({ to, type }) => to === name && type === 'rw')?.placed;
  if (!pooler) throw new UsageError(noPooler(cluster, poolers));
  const [base] = Object.values(spec.bootstrap ?? {}) as Base[];
  const database = base?.database ?? 'app';
  return {
    cluster,
    pooler,
    namespace: cluster.object.metadata.namespace ?? defaultNamespace,
    name,
    database,
    owner: base?.owner ?? database,
    ownerSecret: base?.secret?.name ?? `${name}-app`,
  };
}

function refuseVersion(placed: Placed): void {
  const { apiVersion, kind } = placed.object;
  if (apiVersion.startsWith(group) && apiVersion !== clusterKind.apiVersion)
    throw new UsageError(`${placeOf(placed)}: ${kind} should be of ${clusterKind.apiVersion}, but is of ${apiVersion}`);
}

function refuseSpec(cluster: Placed, spec: Cluster['spec']): void {
  const at = `${placeOf(cluster)}: the Cluster ${cluster.object.metadata.name}`;
  const instances: unknown = spec.instances;
  if (!Number.isInteger(instances) || Number(instances) < 1)
    throw new UsageError(
      `${at} should have a whole number of spec.instances, but has ${JSON.stringify(instances) ?? 'none'}`,
    );
  if ((spec.replica as { enabled?: boolean } | undefined)?.enabled === true)
    throw new UsageError(
      `${at} is a replica of another cluster (spec.replica.enabled), which does not exist in the drill; name the manifests of the primary cluster`,
    );
}

const leads = ({ object }: Placed) => {
  const { spec } = object as unknown as { spec?: Partial<Pooler['spec']> };
  return { to: spec?.cluster?.name ?? '', type: spec?.type ?? 'rw' };
};

function noPooler(
  cluster: Placed,
  poolers: readonly { readonly placed: Placed; readonly to: string; readonly type: string }[],
): string {
  const { name } = cluster.object.metadata;
  const wrong = poolers.find(({ type }) => type === 'rw');
  const expected = `the drill sends its load through a Pooler of type rw of the Cluster ${name} (${placeOf(cluster)})`;
  if (!wrong) return `${expected}, but the manifests hold none; add the Pooler's file to --manifests`;
  return `${placeOf(wrong.placed)}: ${expected}, but the Pooler ${wrong.placed.object.metadata.name} names the Cluster ${wrong.to || '(none)'}${didYouMean(wrong.to, [name])}`;
}

const kindsOf = (objects: readonly Placed[]): string =>
  objects.length === 0 ? 'no Kubernetes object' : [...new Set(objects.map(({ object }) => object.kind))].join(', ');
