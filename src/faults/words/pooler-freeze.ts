import type { FaultContract } from '../contract.ts';
import { frozen } from '../undo-schema.ts';

export const poolerFreeze = {
  means:
    'the pooler’s process is stopped (SIGSTOP): its sockets stay open and new connections are accepted, unanswered',
  says: (it, _, lasted) => `${it} was stopped${lasted} (SIGSTOP)`,
  provedBy: 'it is in state T',
  undoneBy: 'SIGCONT',
  target: 'pooler',
  ends: 'when-healed',
  healingEndsOutage: true,
  takeover: false,
  undo: { k3s: frozen },
  trial: { elsewhere: true },
} as const satisfies FaultContract;
