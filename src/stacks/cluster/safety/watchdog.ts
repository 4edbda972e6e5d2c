/** A pod that undoes what a drill broke should its harness die: `pgdrill heal --wait`, inside the cluster. */
import { SetupError } from '../../../errors.ts';
import { inCluster } from '../../../kubernetes/in-cluster.ts';
import { until } from '../../../wait.ts';
import { apiMessage } from '../../cnpg/api/kube.ts';
import type { ClusterAt } from '../../cnpg/faults/at.ts';
import type { Site } from '../../cnpg/names.ts';
import { type KubeObject, type Pod, podKind, type Ref, refTo } from '../../cnpg/objects.ts';
import { podTrouble } from '../../cnpg/ready.ts';
import { apart, apartFromInstances, ownPods, unprivileged } from '../pods/own-pods.ts';
import { ownAccount, serviceAccount } from './account.ts';
import { findLease } from './lease.ts';

const watchesWithinMs = 120_000;
/** One that something else starts may have to be scheduled first, and its image be pulled. */
const comesWithinMs = 300_000;

export interface Watchdog {
  /** It is of no more use. */
  end(): Promise<void>;
}
export interface WatchdogPlan {
  readonly image: string;
  readonly lease: { readonly name: string; readonly uid: string };
}

/** By its name, which is short enough to be its host's name too, it says in the lease who watches. */
export const watchdogRef = ({ cluster, namespace }: Site): Ref =>
  refTo(podKind, `pgdrill-watchdog-${cluster}`.slice(0, 63).replace(/-+$/, ''), namespace);

/** The pod. Kubernetes deletes it with the drill's lease. @param account the ServiceAccount that it runs as */
export const watchdogPod = (
  { site }: Pick<ClusterAt, 'site'>,
  { image, lease }: WatchdogPlan,
  account: string = serviceAccount,
): KubeObject => ({
  ...podKind,
  metadata: {
    ...watchdogRef(site).metadata,
    labels: ownPods(site, 'watchdog'),
    ownerReferences: [{ apiVersion: 'coordination.k8s.io/v1', kind: 'Lease', ...lease }],
  } as KubeObject['metadata'],
  spec: {
    serviceAccountName: account,
    restartPolicy: 'OnFailure',
    terminationGracePeriodSeconds: 5,
    affinity: apart(apartFromInstances(site.cluster)),
    containers: [
      {
        name: 'pgdrill',
        image,
        imagePullPolicy: 'IfNotPresent',
        args: [
          'heal',
          '--wait',
          '--context',
          inCluster,
          '--namespace',
          site.namespace,
          '--cluster',
          site.cluster,
          '--operator-namespace',
          site.operatorNamespace,
        ],
        securityContext: unprivileged,
        resources: { requests: { cpu: '10m', memory: '96Mi' } },
      },
    ],
  },
});

interface WatchdogWait {
  readonly progress: (line: string) => void;
  readonly signal?: AbortSignal;
  readonly withinMs?: number;
}

/**
 * Starts it and waits until it says in the lease that it watches: one that runs but may not read or write there heals nothing.
 * @throws SetupError where it does not
 */
export async function startWatchdog(
  at: ClusterAt,
  plan: WatchdogPlan,
  { withinMs = watchesWithinMs, ...waiting }: WatchdogWait,
): Promise<Watchdog> {
  const { kube, site } = at;
  const ref = watchdogRef(site);
  // A drill that runs as an account of this namespace shares it with its watchdog: an overlay may have renamed both.
  const own = await ownAccount(kube);
  const account = own?.namespace === site.namespace ? own.name : serviceAccount;
  await kube.create(watchdogPod(at, plan, account)).catch((error: unknown) => {
    throw new SetupError(
      `the watchdog’s pod is not admitted: ${apiMessage(error)}; it runs as the ServiceAccount ${account}, which pgdrill manifests prints with its Role`,
    );
  });
  let trouble = 'its pod does not exist yet';
  const watches = async () => {
    const pod = await kube.read<Pod>(ref).catch(() => undefined);
    if (pod) trouble = podTrouble(pod) ?? `its log shows why: kubectl logs ${ref.metadata.name} -n ${site.namespace}`;
    const lease = await findLease(kube, site).catch(() => undefined);
    return lease?.watcher === ref.metadata.name ? true : undefined;
  };
  const stop: Watchdog = { end: () => kube.delete(ref, 0) };
  const what = 'the watchdog to watch over the drill’s lease';
  await until(watches, { ...waiting, withinMs, everyMs: 500, what, why: () => trouble }).catch(
    async (error: unknown) => {
      await stop.end();
      throw error;
    },
  );
  return stop;
}

/**
 * Waits until a watchdog that something else started says in the lease that it watches: `pgdrill heal --for-drills` does. What is
 * waited for, and how to start it, is reported at once and every 30 s.
 * @throws SetupError where none does
 */
export async function awaitWatchdog(
  at: ClusterAt,
  { withinMs = comesWithinMs, ...waiting }: WatchdogWait,
): Promise<Watchdog> {
  const { kube, site } = at;
  const cronJob = await watchdogCronJob(at);
  const start = `kubectl create job "${cronJob}-$(date +%s)" --from=cronjob/${cronJob} -n ${site.namespace}`;
  let unread = '';
  const watched = async () => {
    try {
      const lease = await findLease(kube, site);
      unread = '';
      return lease?.watcher;
    } catch (error) {
      unread = `the lease could not be read: ${apiMessage(error)}; `;
      return undefined;
    }
  };
  const what = 'a watchdog to watch over the drill’s lease (--external-watchdog)';
  const why = () =>
    `${unread}the schedule of the CronJob ${cronJob} starts one beside each scheduled drill; beside a drill that you start by hand, run: ${start}`;
  await until(watched, { ...waiting, withinMs, everyMs: 500, what, why }).catch((error: unknown) => {
    if (!(error instanceof SetupError)) throw error;
    throw new SetupError(
      `no watchdog came within ${withinMs / 1_000} s, so nothing was broken: ${unread}start the drill again and, while it waits, run: ${start} (or give pgdrill run a --watchdog-image instead of --external-watchdog)`,
    );
  });
  return { end: async () => {} };
}

/** The CronJob that `manifests` prints. An overlay that renamed the drill's account renamed it too. */
async function watchdogCronJob({ kube, site }: ClusterAt): Promise<string> {
  const printed = `${serviceAccount}-watchdog`;
  const own = await ownAccount(kube);
  return own?.namespace === site.namespace ? own.name.replace(serviceAccount, printed) : printed;
}
