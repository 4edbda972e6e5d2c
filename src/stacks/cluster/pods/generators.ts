/** Load generators inside the cluster: an Indexed Job whose pods share the writers of the load. */
import { fileURLToPath } from 'node:url';
import { SetupError } from '../../../errors.ts';
import { beside, loadInImage } from '../../../load/process/place.ts';
import type { LoadGenerator } from '../../../load/process/share.ts';
import { until, type WaitOptions } from '../../../wait.ts';
import { apiMessage, type Kube } from '../../cnpg/api/kube.ts';
import type { ClusterAt } from '../../cnpg/faults/at.ts';
import type { Site } from '../../cnpg/names.ts';
import { isReady, type KubeObject, type Pod, type Ref, refTo } from '../../cnpg/objects.ts';
import { podTrouble } from '../../cnpg/ready.ts';
import { askClock, clockScript } from '../clock-ahead.ts';
import type { WatchdogPlan } from '../safety/watchdog.ts';
import { apart, apartFrom, apartFromInstances, loadPods, ownPods, unprivileged } from './own-pods.ts';

const container = 'generator';
const readyWithinMs = 120_000;
/** With a clock that is known worse than this, what a generator saw could not be put in order with what the drill did. */
const clockWithinMs = 20;
/** Whatever happens, no generator is older than this. */
export const generatorsDeadlineS = 7_200;
/** The admission policy of `manifests` lets a Job have as many pods. */
export const mostGenerators = 20;
/** What a node sets aside for one. */
export const generatorRequests = { cpu: '100m', memory: '128Mi' } as const;
/** The load process is run in it by exec; meanwhile it only has to be there. */
export const generatorCommand = ['node', '-e', 'setInterval(() => {}, 60_000)'] as const;
/** It has nothing to save. */
export const generatorGraceS = 1;

const jobRef = ({ namespace, cluster }: Site): Ref =>
  refTo({ apiVersion: 'batch/v1', kind: 'Job' }, `pgdrill-load-${cluster}`, namespace);

export interface GeneratorsPlan extends WatchdogPlan {
  readonly count: number;
}

/** The Job. Its pods wait for commands; it is deleted with the drill's lease, however that happens. */
export function generatorJob({ site }: Pick<ClusterAt, 'site'>, { image, lease, count }: GeneratorsPlan): KubeObject {
  const labels = ownPods(site, 'load');
  return {
    ...jobRef(site),
    metadata: {
      ...jobRef(site).metadata,
      labels,
      ownerReferences: [{ apiVersion: 'coordination.k8s.io/v1', kind: 'Lease', ...lease }],
    } as KubeObject['metadata'],
    spec: {
      ...{ completions: count, parallelism: count, completionMode: 'Indexed', backoffLimit: 0 },
      activeDeadlineSeconds: generatorsDeadlineS,
      template: { metadata: { labels }, spec: podSpec(site, image, labels) },
    },
  };
}

function podSpec({ cluster }: Site, image: string, labels: Record<string, string>) {
  return {
    restartPolicy: 'Never',
    automountServiceAccountToken: false,
    terminationGracePeriodSeconds: generatorGraceS,
    // Nor all in one place.
    affinity: apart([...apartFromInstances(cluster), apartFrom(10, labels)]),
    containers: [
      {
        name: container,
        image,
        imagePullPolicy: 'IfNotPresent',
        command: generatorCommand,
        securityContext: unprivileged,
        resources: { requests: generatorRequests },
      },
    ],
  };
}

export interface Generators {
  readonly all: readonly LoadGenerator[];
  /** For the journal: where each is, and how well its clock is known. */
  readonly remarks: readonly string[];
}

type Waiting = Pick<WaitOptions, 'progress' | 'signal'>;

/** Starts them and waits until all run. @throws SetupError where they do not, or a clock cannot be known */
export async function startGenerators(
  at: ClusterAt,
  context: string,
  plan: GeneratorsPlan,
  waiting: Waiting = {},
): Promise<Generators> {
  const { kube } = at;
  await kube.create(generatorJob(at, plan)).catch((error: unknown) => {
    throw new SetupError(`the Job of load generators is not admitted: ${apiMessage(error)}`);
  });
  const pods = await allRunning(at, plan.count, waiting);
  const made = await Promise.all(pods.map((pod, i) => generatorIn(kube, context, pod, `load-${i + 1}`)));
  return { all: made.map(({ generator }) => generator), remarks: made.map(({ remark }) => remark) };
}

async function allRunning(at: ClusterAt, count: number, waiting: Waiting): Promise<Pod[]> {
  let trouble = 'none exists yet';
  const running = async () => {
    const pods = await loadPods(at);
    trouble = pods.map(podTrouble).find(Boolean) ?? `${pods.filter(isReady).length} of ${count} run`;
    return pods.filter(isReady).length >= count ? pods.filter(isReady) : undefined;
  };
  const what = `${count} load generators to run`;
  return until(running, { ...waiting, withinMs: readyWithinMs, everyMs: 500, what, why: () => trouble });
}

async function generatorIn(kube: Kube, context: string, { metadata, spec }: Pod, name: string) {
  const { namespace = '', name: pod } = metadata;
  const talk = await kube.converse(namespace, pod, container, ['node', '-e', clockScript]);
  const { aheadNs, plusMinusNs } = await askClock(talk, pod).finally(() => talk.close());
  const plusMinusMs = Number(plusMinusNs) / 1e6;
  if (plusMinusMs > clockWithinMs)
    throw new SetupError(
      `the clock of ${pod} should be known to ± ${clockWithinMs} ms, but is only to ± ${plusMinusMs.toFixed(0)} ms; the API server takes too long to answer`,
    );
  const execIn = fileURLToPath(beside(import.meta.url, 'exec-in'));
  const argv = () => [process.execPath, execIn, context, namespace, pod, container, ...loadInImage];
  const remark = `${name} writes from ${pod} on ${spec.nodeName}; its clock is known to ± ${plusMinusMs.toFixed(1)} ms`;
  return { generator: { name, aheadNs, argv }, remark };
}

/** Ends them. Resolves once the API server accepted that; the pods go at once. */
export const endGenerators = ({ kube, site }: ClusterAt): Promise<void> => kube.delete(jobRef(site));
