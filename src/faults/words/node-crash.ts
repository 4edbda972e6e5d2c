import type { FaultContract } from '../contract.ts';
import { startedAgain } from '../says.ts';
import { host, mark, nodeAndPod } from '../undo-schema.ts';

export const nodeCrash = {
  means: 'the whole node goes dark: its network first, then every process',
  says: (it, _, lasted) => `the node of ${it} went dark${startedAgain(lasted)}`,
  provedBy: 'no process is left and its address does not answer',
  undoneBy: 'the node is started again',
  target: 'instance',
  ends: 'when-healed',
  healingEndsOutage: true,
  takeover: true,
  instance: 'gone',
  takesNode: true,
  hidesFromManager: true,
  noticedAs: 'silence',
  undo: { lab: host, k3s: nodeAndPod.extend({ mark }) },
  trial: {},
} as const satisfies FaultContract;
