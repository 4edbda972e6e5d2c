import type { FaultContract } from '../contract.ts';
import { host, nothing } from '../undo-schema.ts';

export const storeDown = {
  means: 'the object store is stopped; its data is kept',
  says: (_, __, lasted) => `the object store was stopped${lasted}`,
  provedBy: 'no process of it is left and its port refuses',
  undoneBy: 'it is started again',
  target: 'store',
  ends: 'when-healed',
  healingEndsOutage: true,
  takeover: false,
  undo: { lab: host, k3s: nothing },
  trial: {},
} as const satisfies FaultContract;
