/** Removes the namespace of a restore, with all that is in it, and proves that its volumes are gone too. */
import { cameTrue } from '../../../wait.ts';
import { apiMessage, apiStatus, type Kube } from '../../cnpg/api/kube.ts';
import type { ClusterAt } from '../../cnpg/faults/at.ts';
import { claimKind, type KubeObject, refTo } from '../../cnpg/objects.ts';
import { emptyKept, isKept, isOurs, leftInKept } from './kept.ts';
import { namespaceKind, restoreSelector } from './objects.ts';
import { volumesOf } from './volumes.ts';

const goneWithinMs = 120_000;

interface Namespace extends KubeObject {
  readonly status?: {
    readonly conditions?: readonly { readonly type: string; readonly status: string; readonly message?: string }[];
  };
}
interface Finalized {
  readonly metadata: { readonly finalizers?: readonly string[] };
}

/**
 * Removes it, where a drill on this Cluster made it. Volumes that this user may not list are not waited for: the look for what
 * is left says so (`restoreResidue`).
 * @returns what is still there when the time is over, a thing an entry
 */
export async function removeRestore(at: ClusterAt, namespace: string, withinMs = goneWithinMs): Promise<string[]> {
  const { kube, site } = at;
  const found = await kube.read<KubeObject>(refTo(namespaceKind, namespace));
  if (!found) return [];
  if (!isOurs(found, site))
    return [`the namespace ${namespace}, which no drill on ${site.cluster} made; see what it is before you remove it`];
  const kept = isKept(found);
  if (kept) await emptyKept(at, namespace);
  else await kube.delete(refTo(namespaceKind, namespace));
  let left: string[] = [];
  const gone = async () => {
    const inside = kept ? await leftInKept(at, namespace) : await leftOf(kube, namespace);
    // By their claims' namespace, so that volumes of an earlier restore are found too.
    left = [...inside, ...((await volumesOf(kube, [namespace])) ?? [])];
    return left.length === 0;
  };
  await cameTrue(gone, { withinMs, everyMs: 1_000 });
  return left;
}

/** What there is of it: the namespace with the claims that hold it up. */
async function leftOf(kube: Kube, namespace: string): Promise<string[]> {
  const left: string[] = [];
  const found = await kube.read<Namespace>(refTo(namespaceKind, namespace));
  if (found) {
    const claims = await kube.list<KubeObject & Finalized>(claimKind, namespace).catch(() => []);
    const held = claims.map(
      ({ metadata: { name, finalizers = [] } }) =>
        `PersistentVolumeClaim ${name}${finalizers.length > 0 ? `, held by ${finalizers.join(', ')}` : ''}`,
    );
    left.push(`namespace ${namespace}${held.length > 0 ? ` with ${held.join('; ')}` : ''}${heldUpBy(found)}`);
  }
  return left;
}

/** Why Kubernetes does not finish its deletion, such as an API of an add-on that does not answer: no namespace goes then. */
function heldUpBy({ status }: Namespace): string {
  const failed = status?.conditions?.find((one) => one.type.endsWith('Failure') && one.status === 'True');
  return failed ? ` (Kubernetes cannot delete it: ${failed.message ?? failed.type})` : '';
}

/** What exists of a restore, in words. */
export async function restoreInWords(at: ClusterAt, namespace: string): Promise<string> {
  const left = await leftOf(at.kube, namespace).catch(() => []);
  return left.join('; ') || `namespace ${namespace}`;
}

/** Namespaces that drills on this Cluster restored into and left. Empty where this user may not list namespaces. */
export async function restoresLeft(at: ClusterAt): Promise<string[]> {
  const { kube, site } = at;
  const found = await kube.list<KubeObject>(namespaceKind, undefined, restoreSelector(site)).catch((error: unknown) => {
    if (apiStatus(error) === 403) return [];
    throw new Error(`the namespaces could not be listed: ${apiMessage(error)}`, { cause: error });
  });
  const left = await Promise.all(
    found.map(async (one) => {
      const { name } = one.metadata;
      // One that is kept always exists: what counts is whether it holds something.
      return isKept(one) && (await leftInKept(at, name)).length === 0 ? [] : [name];
    }),
  );
  return left.flat();
}
