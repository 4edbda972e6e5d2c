import type { FaultContract } from '../contract.ts';
import { updated } from '../undo-schema.ts';

export const imageUpdate = {
  means:
    'the Cluster gets the image of a newer minor version of PostgreSQL, which PGDRILL_POSTGRES_UPDATE names; the operator updates the standbys first and the primary last',
  says: () => 'PostgreSQL was updated to a newer minor version',
  provedBy: 'the operator has begun to replace an instance',
  undoneBy: 'nothing is taken back: the update is waited for until every instance runs the new image and is ready',
  target: 'cluster',
  ends: 'when-healed',
  healingEndsOutage: false,
  // By default CloudNativePG restarts the primary in place (`primaryUpdateMethod: restart`).
  takeover: false,
  inOrder: true,
  undo: { k3s: updated },
  trial: { not: 'it needs the image of a newer minor version' },
} as const satisfies FaultContract;
