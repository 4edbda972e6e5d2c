import type { FaultContract } from '../contract.ts';

export const storeDown = {
  means: 'the object store is stopped; its data is kept',
  provedBy: 'no process of it is left and its port refuses',
  undoneBy: 'it is started again',
  target: 'store',
  ends: 'when-healed',
  healingEndsOutage: true,
  takeover: false,
  trial: {},
} as const satisfies FaultContract;
