import type { FaultContract } from '../contract.ts';
import { hosts, nothing } from '../undo-schema.ts';

export const destroy = {
  means: 'the whole cluster is deleted, with all its data; the object store is left',
  says: () => 'the whole cluster was deleted',
  provedBy: 'no process of PostgreSQL is left, nor any of its disks',
  undoneBy: 'nothing: it is gone for good',
  target: 'cluster',
  ends: 'never',
  healingEndsOutage: false,
  takeover: false,
  undo: { lab: hosts, k3s: nothing },
  trial: { not: 'no fault could follow it' },
} as const satisfies FaultContract;
