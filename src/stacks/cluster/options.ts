/** What the `cluster` stack is given: which cluster, and how far it may go. */
import { SetupError } from '../../errors.ts';
import type { RestoreOptions } from './restore/options.ts';

/** Which Cluster, in words that a person has spelled out. */
export interface ClusterName {
  /** Of the kubeconfig; `in-cluster` for the service account of the pod that this runs in. */
  readonly context: string;
  readonly namespace: string;
  readonly cluster: string;
}

export interface ClusterOptions extends ClusterName {
  /** Where the drill's own schema goes. */
  readonly database: string;
  /** Name of a Secret with `username` and `password` of a role that may create in it. */
  readonly secret: string;
  /** Where the operator is. */
  readonly operatorNamespace: string;
  /** Why the drill is made, for the audit record. */
  readonly reason: string;
  /** Everything but the fault. */
  readonly dryRun: boolean;
  /** A fault may leave fewer instances than synchronous replication needs. */
  readonly allowQuorumLoss: boolean;
  readonly steady: SteadyLimits;
  /** Nothing is broken, so that the cluster may be in any state. */
  readonly watching: boolean;
  /** Address of a Prometheus whose alerts are watched, and those that should fire. */
  readonly prometheus: { readonly url: string; readonly expected: readonly string[] } | undefined;
  /** Pods inside the cluster that the writers of the load run in, from the image of the watchdog; 0: they run here. */
  readonly generators: number;
  readonly restore: RestoreOptions;
  /** Image with pgdrill in it, for a watchdog inside the cluster; absent: none is started. */
  readonly watchdogImage: string | undefined;
  /** A watchdog runs already, and has to say in the lease that it watches; absent: none does. */
  readonly externalWatchdog?: boolean;
}

/** What the cluster must be like before anything is broken. */
export interface SteadyLimits {
  readonly lagBytes: number;
  /** The fewest that the cluster may consist of. */
  readonly instances: number;
  /** How old the last backup may be, s; absent: no backup is needed. */
  readonly backupAgeS: number | undefined;
  /** Of an instance's volume that is used. */
  readonly volumeUsed: number;
}
export const steadyDefaults: SteadyLimits = {
  ...{ lagBytes: 16 * 1024 * 1024, instances: 2, backupAgeS: 26 * 3_600, volumeUsed: 0.8 },
};
/** Where no fault is injected, nothing has to take over and no backup is needed to go back to: its age is a limit of the drill. */
export const withoutFault = (limits: SteadyLimits): SteadyLimits => ({
  ...limits,
  instances: 1,
  backupAgeS: undefined,
});

/** How a Cluster is named in undo records, locks and messages. */
export const idOf = ({ context, namespace, cluster }: ClusterName): string => `${context}/${namespace}/${cluster}`;

/** The reverse of `idOf`; contexts may have slashes in their names, the others have none. @throws SetupError */
export function nameOf(id: string): ClusterName {
  const [, context, namespace, cluster] = /^(.+)\/([^/]+)\/([^/]+)$/.exec(id) ?? [];
  if (!context || !namespace || !cluster)
    throw new SetupError(`an undo record should name context/namespace/cluster, but it names ${id}`);
  return { context, namespace, cluster };
}
