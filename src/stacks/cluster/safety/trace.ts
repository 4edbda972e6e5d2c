/**
 * What stays in the cluster when a drill’s lease is given back without undoing what it records: an annotation of the Cluster,
 * which lasts, and an event, which `kubectl describe` and alerts show.
 */
import { randomBytes } from 'node:crypto';
import { apiMessage } from '../../cnpg/api/kube.ts';
import type { ClusterAt } from '../../cnpg/faults/at.ts';
import { type Cluster, clusterKind, eventKind, type KubeObject, type Ref, refTo } from '../../cnpg/objects.ts';
import { clusterUser } from './audit.ts';
import { leaseRef } from './lease.ts';

/** A list, the latest last. */
export const forgottenAnnotation = 'pgdrill.dev/forgotten';
const mostEntries = 10;
/** Kubernetes accepts 1,024 characters. */
const mostText = 1_000;

export interface Trace {
  /** Who held the lease. */
  readonly holder: string;
  /** What was not undone. */
  readonly records: readonly string[];
}

/**
 * @param user of this machine; the API server is asked for its own name of the user
 * @returns where the trace is, or why none could be written, a sentence each
 */
export async function leaveTrace(at: ClusterAt, { holder, records }: Trace, user: string): Promise<string[]> {
  const { kube, site } = at;
  const ref = refTo(clusterKind, site.cluster, site.namespace);
  const cluster = await kube.read<Cluster>(ref).catch(() => undefined);
  const by = `${await clusterUser(kube)} (${user})`;
  const entry: Entry = { at: new Date().toISOString(), by, holder, records };
  const attempts: [string, () => Promise<unknown>][] = [
    [
      'an event',
      () => kube.create(eventOf(at, cluster ? { ...ref, metadata: cluster.metadata } : leaseRef(site), entry)),
    ],
  ];
  if (cluster) {
    const all = [...entriesOf(cluster), entry].slice(-mostEntries);
    const annotations = { [forgottenAnnotation]: JSON.stringify(all) };
    attempts.unshift([`the annotation ${forgottenAnnotation}`, () => kube.patch(ref, { metadata: { annotations } })]);
  }
  const lines: string[] = [];
  for (const [what, write] of attempts)
    await write().then(
      () => lines.push(`the cluster keeps who forgot this: ${what} of ${cluster ? site.cluster : 'the lease'}`),
      (error: unknown) => lines.push(`${what} that says who forgot this could not be written: ${apiMessage(error)}`),
    );
  return lines;
}

interface Entry extends Trace {
  readonly at: string;
  readonly by: string;
}

/** Others may have written the annotation: what is not a list is replaced. */
function entriesOf({ metadata }: Cluster): unknown[] {
  try {
    const found: unknown = JSON.parse(metadata.annotations?.[forgottenAnnotation] ?? '[]');
    return Array.isArray(found) ? found : [];
  } catch {
    return [];
  }
}

function eventOf({ site: { namespace } }: ClusterAt, of: Ref, { at, by, holder, records }: Entry): KubeObject {
  const { name, uid } = of.metadata as { readonly name: string; readonly uid?: string };
  const what = records.length > 0 ? records.join('; ') : 'nothing';
  const message = `${by} gave the lease of the drill by ${holder} back with --forget; not undone: ${what}`;
  return {
    ...eventKind,
    metadata: { name: `pgdrill-forgotten-${randomBytes(4).toString('hex')}`, namespace },
    ...{ reason: 'DrillForgotten', type: 'Warning', message: message.slice(0, mostText), count: 1 },
    involvedObject: { apiVersion: of.apiVersion, kind: of.kind, name, namespace, ...(uid && { uid }) },
    ...{ firstTimestamp: at, lastTimestamp: at, source: { component: 'pgdrill' } },
  } as KubeObject;
}
