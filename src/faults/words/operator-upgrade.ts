import type { FaultContract } from '../contract.ts';
import { updated } from '../undo-schema.ts';

export const operatorUpgrade = {
  means:
    'the operator is upgraded to the release whose manifest PGDRILL_OPERATOR_UPGRADE names; it then replaces the pods of instances and poolers, since each runs the operator’s own program',
  says: () => 'the operator was upgraded',
  provedBy: 'the pod of the new operator is ready',
  undoneBy:
    'nothing is taken back: the upgrade is waited for until every instance and pooler runs with the new operator’s image and is ready',
  target: 'operator',
  ends: 'when-healed',
  healingEndsOutage: false,
  // By default CloudNativePG restarts the primary in place (`primaryUpdateMethod: restart`).
  takeover: false,
  inOrder: true,
  undo: { k3s: updated },
  trial: { not: 'it needs the manifest of a newer operator' },
} as const satisfies FaultContract;
