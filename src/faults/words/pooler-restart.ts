import { z } from 'zod';
import type { FaultContract } from '../contract.ts';
import { right } from '../right.ts';
import { name } from '../undo-schema.ts';

const pooler = z.strictObject({ pooler: name });

export const poolerRestart = {
  means:
    'the pods of the pooler are deleted one after the other, each once all are ready again: a rolling restart of the Pooler',
  says: (it) => `the pods of ${it} were replaced one after the other`,
  provedBy: 'the platform calls each of them deleted',
  undoneBy: 'the platform starts another in the place of each',
  target: 'pooler',
  ends: 'when-healed',
  healingEndsOutage: false,
  takeover: false,
  onCluster: { rights: [right('', 'pods', 'delete', 'deletes the pods of a Pooler, one after the other')] },
  undo: { k3s: pooler, cluster: pooler },
  trial: {},
} as const satisfies FaultContract;
