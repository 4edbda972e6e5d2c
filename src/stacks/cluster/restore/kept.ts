/** A namespace that is kept for restores: the rights of a drill end at its border, where a new one each time would need all. */
import { UsageError } from '../../../errors.ts';
import { objectStoreKind } from '../../../kubernetes/barman-plugin.ts';
import { apiStatus, type Kube } from '../../cnpg/api/kube.ts';
import { UnknownKindError } from '../../cnpg/api/rest.ts';
import type { ClusterAt } from '../../cnpg/faults/at.ts';
import { labels, type Site } from '../../cnpg/names.ts';
import { claimKind, clusterKind, type KubeObject, type Pod, podKind, refTo, secretKind } from '../../cnpg/objects.ts';
import { explained } from '../discover.ts';
import { keptLabel, namespaceKind, restoredName, restoreLabels, restoreSelector } from './objects.ts';
import { type Policy, policyKind, whyOpen } from './policy.ts';
import { strangerIn } from './strangers.ts';
import { volumesOf } from './volumes.ts';

const ofRestored = `${labels.cluster}=${restoredName}`;

const hasAll = ({ metadata }: KubeObject, wanted: Readonly<Record<string, string>>): boolean =>
  Object.entries(wanted).every(([name, value]) => metadata.labels?.[name] === value);

export const isKept = (namespace: KubeObject): boolean => hasAll(namespace, keptLabel);
/** Whether restores of this Cluster belong into it. */
export const isOurs = (namespace: KubeObject, site: Site): boolean =>
  hasAll(namespace, restoreLabels(site.namespace, site.cluster));

/**
 * @param collectedWithinMs how long what an earlier restore had may take to go
 * @throws UsageError where it does not exist, is not kept for restores of this Cluster, lets them connect or be reached by
 *   others, or holds something already
 */
export async function demandKept(at: ClusterAt, namespace: string, collectedWithinMs?: number): Promise<void> {
  const { kube, site } = at;
  const found = await kube.read<KubeObject>(refTo(namespaceKind, namespace)).catch((error: unknown) => {
    throw explained(error, `the namespace ${namespace}`);
  });
  const wanted = Object.entries({ ...restoreLabels(site.namespace, site.cluster), ...keptLabel });
  if (!found || !isKept(found) || !isOurs(found, site))
    throw new UsageError(
      `the namespace ${namespace} ${found ? 'is not kept for restores of' : 'does not exist: make it for restores of'} ${site.cluster} in ${site.namespace}; pgdrill manifests prints one, with the labels ${wanted.map((pair) => pair.join('=')).join(', ')}`,
    );
  // pgdrill printed none before 0.2.
  const open = whyOpen(await kube.list<Policy>(policyKind, namespace), site.operatorNamespace);
  if (open) throw new UsageError(`the namespace ${namespace} ${open}; keep there only what pgdrill manifests prints`);
  if (await kube.read<KubeObject>(refTo(clusterKind, restoredName, namespace)))
    throw new UsageError(
      `the namespace ${namespace} holds the Cluster ${restoredName} of an earlier restore; run: pgdrill heal --context … --namespace ${site.namespace} --cluster ${site.cluster}`,
    );
  const stranger = await strangerIn(at, namespace, collectedWithinMs);
  if (stranger)
    throw new UsageError(
      `the namespace ${namespace} has ${stranger}; remove it, or keep another namespace with --restore-namespace`,
    );
  const [volume] = (await volumesOf(kube, [namespace])) ?? [];
  if (volume) throw new UsageError(`an earlier restore left a copy of the data: ${volume}; delete it and its storage`);
}

/** Deletes what a restore made in it; its pods and volumes go with the Cluster. */
export async function emptyKept({ kube, site }: ClusterAt, namespace: string): Promise<void> {
  await kube.delete(refTo(clusterKind, restoredName, namespace));
  await kube.delete(refTo(objectStoreKind, restoredName, namespace)).catch((error: unknown) => {
    // Without the plugin this kind does not exist, and the account need not have a right to it.
    if (!(error instanceof UnknownKindError) && apiStatus(error) !== 403) throw error;
  });
  for (const { metadata } of await copiesIn(kube, site, namespace))
    await kube.delete(refTo(secretKind, metadata.name, namespace));
}

/** What of a restore is still in it, a thing an entry. */
export async function leftInKept({ kube, site }: ClusterAt, namespace: string): Promise<string[]> {
  const cluster = await kube.read<KubeObject>(refTo(clusterKind, restoredName, namespace));
  const [pods, claims, secrets] = await Promise.all([
    kube.list<Pod>(podKind, namespace, ofRestored),
    kube.list<KubeObject>(claimKind, namespace, ofRestored),
    kube.list<KubeObject>(secretKind, namespace),
  ]);
  // Copies that the drill made, and what the operator makes for the Cluster: keys of its authority, passwords.
  const restored = secrets.filter(
    (secret) => isOurs(secret, site) || secret.metadata.name.startsWith(`${restoredName}-`),
  );
  const named = (kind: string, objects: readonly KubeObject[]) =>
    objects.map(({ metadata }) => `${kind} ${metadata.name} in ${namespace}`);
  return [
    ...named('Cluster', cluster ? [cluster] : []),
    ...named('Pod', pods),
    ...named('PersistentVolumeClaim', claims),
    ...named('Secret', restored),
  ];
}

const copiesIn = (kube: Kube, site: Site, there: string): Promise<KubeObject[]> =>
  kube.list<KubeObject>(secretKind, there, restoreSelector(site));
