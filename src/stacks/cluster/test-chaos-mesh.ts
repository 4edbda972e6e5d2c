/** For tests: the controller of Chaos Mesh beside the API for tests, as it acts on the resources and says so in their status. */
import type { KubeObject } from '../cnpg/objects.ts';
import type { TestApi } from './test-api.ts';

const folder = /^\/apis\/chaos-mesh\.org\/v1alpha1\/namespaces\/db\/\w+\/[^/]+$/;
const pods = '/api/v1/namespaces/db/pods';

interface Chaos extends KubeObject {
  metadata: KubeObject['metadata'] & { finalizers?: string[]; creationTimestamp?: string; uid?: string };
  spec: { action?: string; duration?: string; selector: { pods: Record<string, string[]> } };
  status?: object;
}

/** What it does otherwise than a controller that works. */
export interface Trouble {
  /** It does not run. */
  readonly absent?: true;
  /** Why it cannot inject. */
  readonly cannotInject?: string;
  /** It has seen the resource, and does nothing. */
  readonly silent?: true;
  readonly paused?: true;
  /** It reports that it broke this pod instead. */
  readonly breaks?: string;
  /** It reports that it injected, and does nothing to the pod. */
  readonly idle?: true;
  /** Why it cannot recover. */
  readonly cannotRecover?: string;
}

/** @returns stops it */
export function startChaosMesh(api: TestApi, trouble: Trouble = {}): () => void {
  const look = () => {
    if (trouble.absent) return;
    for (const [path, object] of api.objects) if (folder.test(path)) reconcile(api, path, object as Chaos, trouble);
  };
  const timer = setInterval(look, 10);
  return () => clearInterval(timer);
}

function reconcile(api: TestApi, path: string, chaos: Chaos, trouble: Trouble): void {
  const { metadata, spec } = chaos;
  const { kind } = chaos;
  const createdAt = metadata.creationTimestamp ?? new Date().toISOString().replace(/\.\d+Z$/, 'Z');
  const name = spec.selector.pods.db![0]!;
  const oneShot = spec.action === 'pod-kill' || spec.action === 'container-kill';
  const over = !oneShot && Date.now() > Date.parse(createdAt) + Number.parseFloat(spec.duration ?? '') * 1_000;
  const ending = metadata.deletionTimestamp !== undefined || over;
  if (ending && trouble.cannotRecover === undefined) restore(api, name);
  if (metadata.deletionTimestamp && trouble.cannotRecover === undefined) {
    api.objects.delete(path);
    return;
  }
  if (chaos.status === undefined && !trouble.cannotInject && !trouble.silent && !trouble.idle && !trouble.paused)
    act(api, kind, spec.action, name);
  const unable = trouble.cannotInject !== undefined || trouble.silent;
  const phase = unable || (ending && !trouble.cannotRecover) ? 'Not Injected' : 'Injected';
  const failed = ending ? trouble.cannotRecover : trouble.cannotInject;
  const record = {
    id: `db/${trouble.breaks ?? name}${kind === 'PodChaos' || kind === 'NetworkChaos' ? '' : '/postgres'}`,
    ...{ selectorKey: '.', phase, injectedCount: unable ? 0 : 1 },
    events: failed ? [{ type: 'Failed', operation: 'Apply', message: failed }] : [],
  };
  const is = (type: string, holds: boolean) => ({ type, status: holds ? 'True' : 'False' });
  const conditions = [
    is('Selected', true),
    is('AllInjected', phase === 'Injected'),
    is('AllRecovered', phase !== 'Injected' && !unable),
    is('Paused', trouble.paused === true),
  ];
  const experiment = { desiredPhase: ending ? 'Stop' : 'Run', containerRecords: [record] };
  api.objects.set(path, {
    ...chaos,
    metadata: { ...metadata, creationTimestamp: createdAt, finalizers: ['chaos-mesh/records'] },
    status: { conditions, experiment },
  } as never);
}

type TestPod = KubeObject & { status: Record<string, unknown> & { containerStatuses: { restartCount: number }[] } };

function act(api: TestApi, kind: string, action: string | undefined, name: string): void {
  const pod = api.objects.get(`${pods}/${name}`) as TestPod | undefined;
  if (!pod || kind !== 'PodChaos') return;
  if (action === 'pod-kill') return void api.objects.delete(`${pods}/${name}`);
  const restarted = pod.status.containerStatuses.map((one) => ({ ...one, restartCount: one.restartCount + 1 }));
  const unready = [{ type: 'Ready', status: 'False' }];
  const change = action === 'pod-failure' ? { conditions: unready } : { containerStatuses: restarted };
  api.objects.set(`${pods}/${name}`, { ...pod, status: { ...pod.status, ...change } } as never);
}

function restore(api: TestApi, name: string): void {
  const pod = api.objects.get(`${pods}/${name}`) as TestPod | undefined;
  const conditions = [{ type: 'Ready', status: 'True' }];
  if (pod) api.objects.set(`${pods}/${name}`, { ...pod, status: { ...pod.status, conditions } } as never);
}
