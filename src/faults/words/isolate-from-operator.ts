import type { FaultContract } from '../contract.ts';
import { host } from '../undo-schema.ts';

export const isolateFromOperator = {
  means: 'all packets between the instance and the HA manager’s control plane (lab: etcd) are dropped',
  says: (it, _, lasted) => `no packet passed between ${it} and etcd${lasted}`,
  provedBy: 'clients still reach it, and the counters of the rules grow',
  undoneBy: 'the rules are removed',
  setsRules: true,
  target: 'instance',
  ends: 'when-healed',
  healingEndsOutage: true,
  takeover: false,
  hidesFromManager: true,
  takesStore: true,
  undo: { lab: host },
  trial: {},
} as const satisfies FaultContract;
