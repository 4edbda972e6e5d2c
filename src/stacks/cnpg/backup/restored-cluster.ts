/** What restoring into a new Cluster of one instance has in common, wherever that Cluster is. */
import type { Client } from 'pg';
import { SetupError } from '../../../errors.ts';
import { until } from '../../../wait.ts';
import type { ClusterAt } from '../faults/at.ts';
import { labels } from '../names.ts';
import { type Cluster, clusterKind, isReady, type Pod, podKind, refTo } from '../objects.ts';

/** What the names of all that a restore makes begin with. */
export const restorePrefix = 'pgdrill-restore-';

/** Of the Cluster that `at` names, whatever their state. */
export const podsOf = ({ kube, site }: ClusterAt): Promise<Pod[]> =>
  kube.list<Pod>(podKind, site.namespace, `${labels.cluster}=${site.cluster}`);

export interface RestoredWait {
  readonly withinMs: number;
  readonly signal: AbortSignal;
  /** For the message: `the Cluster pg to be restored`. */
  readonly what: string;
  /** Why waiting would not help, asked while the Cluster has the pods given; undefined where it may. */
  readonly hopeless?: (pods: readonly Pod[]) => Promise<string | undefined>;
}

/**
 * Waits until the one instance is ready. A job that failed ends the wait: the operator would only try the same again.
 * @throws SetupError for a failed pod, what `hopeless` says, and a wait in vain
 */
export async function instanceRestored(at: ClusterAt, { hopeless, ...waiting }: RestoredWait): Promise<void> {
  const { kube, site } = at;
  let why = 'it has no pod yet';
  const ready = async () => {
    const pods = await podsOf(at);
    const failed = pods.find(({ status }) => status?.phase === 'Failed');
    if (failed) throw new SetupError(`${failed.metadata.name} failed`);
    const reason = await hopeless?.(pods);
    if (reason) throw new SetupError(reason);
    const cluster = await kube.read<Cluster>(refTo(clusterKind, site.cluster, site.namespace));
    why = cluster?.status?.phase ?? why;
    return pods.some((pod) => pod.metadata.name === `${site.cluster}-1` && isReady(pod)) ? true : undefined;
  };
  await until(ready, { ...waiting, everyMs: 1_000, why: () => why });
}

/** The timeline on which the restored instance is, and the size of its databases. */
export async function restoredSize(client: Client): Promise<{ timeline: number; bytes: number }> {
  const { rows } = await client.query<{ timeline: number; bytes: number }>(
    `select ('x' || substr(pg_walfile_name(pg_current_wal_lsn()), 1, 8))::bit(32)::int as timeline,
       (select sum(pg_database_size(oid))::float8 from pg_database) as bytes`,
  );
  return rows[0]!;
}
