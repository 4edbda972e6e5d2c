import type { FaultContract } from '../contract.ts';
import { startedAgain } from '../says.ts';
import { host, pod, poolerAndPod } from '../undo-schema.ts';

export const poolerCrash = {
  means: 'every process of one pooler’s host or pod is killed at once with SIGKILL (SIGTERM would wait for clients)',
  says: (it, _, lasted) => `every process of ${it} was killed${startedAgain(lasted)}`,
  provedBy: 'no process of it is left and its port refuses',
  undoneBy: 'it is started again',
  target: 'pooler',
  ends: 'when-healed',
  healingEndsOutage: true,
  takeover: false,
  // By the pods/exec that every drill has: the pod's user may kill PgBouncer, and its manager ends with it.
  onCluster: { rights: [] },
  undo: { lab: host, k3s: pod, cluster: poolerAndPod },
  trial: {},
} as const satisfies FaultContract;
