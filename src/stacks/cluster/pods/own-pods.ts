/** The pods of a drill that go with its lease: its watchdog, and its load generators. */
import { hostname } from 'node:os';
import { UsageError } from '../../../errors.ts';
import { managedBy } from '../../../managed-by.ts';
import { until } from '../../../wait.ts';
import type { ClusterAt } from '../../cnpg/faults/at.ts';
import { labels, type Site } from '../../cnpg/names.ts';
import { type Pod, podKind, refTo } from '../../cnpg/objects.ts';

export const clusterLabel = 'pgdrill.dev/cluster';
const goneWithinMs = 60_000;

/** The security context of a container that does its work without any privilege. */
export const unprivileged = {
  allowPrivilegeEscalation: false,
  runAsNonRoot: true,
  capabilities: { drop: ['ALL'] },
  seccompProfile: { type: 'RuntimeDefault' },
};

/** The labels of a pod of a drill on this Cluster. By its name the NetworkPolicy of `manifests` is for it too. */
export const ownPods = ({ cluster }: Site, component: 'watchdog' | 'load'): Record<string, string> => ({
  ...managedBy,
  'app.kubernetes.io/name': 'pgdrill',
  'app.kubernetes.io/component': component,
  [clusterLabel]: cluster,
});

/** What the scheduler keeps a pod apart from, where it can: the higher the weight, the rather. */
export const apartFrom = (weight: number, matchLabels: Readonly<Record<string, string>>) => ({
  weight,
  podAffinityTerm: { topologyKey: 'kubernetes.io/hostname', labelSelector: { matchLabels } },
});

/**
 * Not on a node that has an instance, where another is to be had, and rather with a standby than with the primary: the drill
 * may break that node.
 */
export const apartFromInstances = (cluster: string) => [
  apartFrom(100, { [labels.cluster]: cluster, [labels.role]: 'primary' }),
  apartFrom(50, { [labels.cluster]: cluster, [labels.podRole]: 'instance' }),
];

/** The affinity of a pod that these terms are for. */
export const apart = (terms: readonly ReturnType<typeof apartFrom>[]) => ({
  podAntiAffinity: { preferredDuringSchedulingIgnoredDuringExecution: terms },
});

/** Names of existing ones, except the one in which this process runs. */
export async function ownPodsOf({ kube, site }: ClusterAt): Promise<string[]> {
  const pods = await kube.list<Pod>(podKind, site.namespace, `${clusterLabel}=${site.cluster}`);
  return pods.map(({ metadata }) => metadata.name).filter((name) => name !== hostname());
}

/** The pods of the load generators. */
export function loadPods({ kube, site }: Pick<ClusterAt, 'kube' | 'site'>): Promise<Pod[]> {
  const selector = Object.entries(ownPods(site, 'load')).map((pair) => pair.join('='));
  return kube.list<Pod>(podKind, site.namespace, selector.join(','));
}

/** The pod that this process runs in, where it runs in one, and those that make its load. */
export async function clientPods({ kube, site }: ClusterAt): Promise<Pod[]> {
  const [own, load] = await Promise.all([
    kube.read<Pod>(refTo(podKind, hostname(), site.namespace)),
    loadPods({ kube, site }),
  ]);
  return [...(own ? [own] : []), ...load];
}

/** The image that this process runs from, in a pod of the cluster. @throws UsageError where it runs in none */
export async function ownImage({ kube, site }: ClusterAt): Promise<string> {
  const own = await kube.read<Pod>(refTo(podKind, hostname(), site.namespace));
  const [container] = (own?.spec.containers ?? []) as readonly { readonly image?: string }[];
  if (container?.image) return container.image;
  throw new UsageError(
    '--generators needs --watchdog-image where pgdrill does not run in a pod: the image that they run',
  );
}

/** Until Kubernetes has removed them. @throws SetupError where it has not in a minute */
export async function ownPodsGone(at: ClusterAt): Promise<void> {
  const gone = async () => ((await ownPodsOf(at)).length === 0 ? true : undefined);
  await until(gone, { withinMs: goneWithinMs, everyMs: 500, what: 'the pods of the drill to be gone' });
}
