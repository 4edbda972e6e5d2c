import type { FaultContract } from '../contract.ts';
import { host } from '../undo-schema.ts';

export const flap = {
  means: 'the network interface of the instance’s host goes down, and comes up again at its time',
  says: (it, _, lasted) => `the network interface of ${it} was down${lasted}`,
  provedBy: 'the interface is down, and clients get no answer',
  undoneBy: 'the interface is set up',
  target: 'instance',
  ends: 'as-scheduled',
  healingEndsOutage: true,
  takeover: true,
  instance: 'unreachable',
  takesNode: true,
  hidesFromManager: true,
  noticedAs: 'silence',
  undo: { lab: host },
  trial: { elsewhere: true, parameters: { for: '1s' } },
} as const satisfies FaultContract;
