import type { FaultContract } from '../contract.ts';
import { host } from '../undo-schema.ts';

export const isolateFromPeers = {
  means: 'all packets between the instance’s host and every host but the clients’ are dropped: client sessions live on',
  says: (it, _, lasted) =>
    `no packet passed between ${it} and other hosts, except its clients${lasted && `,${lasted}`}`,
  provedBy: 'clients reach it, the others do not, and the counters of the rules grow',
  undoneBy: 'the rules are removed',
  setsRules: true,
  target: 'instance',
  ends: 'when-healed',
  healingEndsOutage: true,
  takeover: true,
  instance: 'cut-off',
  takesNode: true,
  hidesFromManager: true,
  undo: { lab: host },
  trial: {},
} as const satisfies FaultContract;
