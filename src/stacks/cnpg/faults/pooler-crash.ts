/** pooler-crash: every process of one PgBouncer's pod gets SIGKILL at once. The kubelet starts the pod again in place. */
import type { Fault } from '../../../faults/contract.ts';
import { readyAgain } from './back.ts';
import { killPod } from './crash.ts';
import { word } from './fault.ts';
import { type PoolersAt, poolerOnNode } from './pooler.ts';

export const poolerCrash: Fault<PoolersAt> = {
  prepare: async (at, target) => killPod(await poolerOnNode(at, target)),
  heal: (at, how) => readyAgain(at, word(how, 'pod')),
};
