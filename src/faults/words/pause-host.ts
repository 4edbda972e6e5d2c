import type { FaultContract } from '../contract.ts';
import { host, mark, nodeAndPod } from '../undo-schema.ts';

export const pauseHost = {
  means: 'the whole host stands still, as a virtual machine that is paused: no process runs, and no packet is answered',
  says: (it, _, lasted) => `the host of ${it} stood still${lasted}, as a paused virtual machine does`,
  provedBy: 'every process of it is stopped, and clients get no answer',
  undoneBy: 'its packets pass and its processes go on',
  setsRules: true,
  target: 'instance',
  ends: 'when-healed',
  healingEndsOutage: true,
  takeover: true,
  instance: 'stopped',
  takesNode: true,
  hidesFromManager: true,
  noticedAs: 'silence',
  undo: { lab: host, k3s: nodeAndPod.extend({ mark }) },
  trial: { elsewhere: true },
} as const satisfies FaultContract;
