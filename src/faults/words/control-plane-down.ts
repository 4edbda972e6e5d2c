import type { FaultContract } from '../contract.ts';
import { hosts } from '../undo-schema.ts';

export const controlPlaneDown = {
  means: 'everything that the HA manager decides by is stopped (lab: every etcd member); instances reach each other',
  says: (_, __, lasted) => `all that the HA manager decides by was stopped${lasted}`,
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
