import type { FaultContract } from '../contract.ts';
import { hosts } from '../undo-schema.ts';

export const controlPlaneDown = {
  means:
    'the store that holds the HA manager’s leader key is stopped (lab: every member of etcd); instances reach each other',
  says: (_, __, lasted) => `every member of etcd was stopped${lasted}`,
  provedBy: 'no process of it is left',
  undoneBy: 'it is started again',
  target: 'operator',
  ends: 'when-healed',
  healingEndsOutage: true,
  takeover: false,
  hidesFromManager: true,
  takesStore: true,
  undo: { lab: hosts },
  trial: {},
} as const satisfies FaultContract;
