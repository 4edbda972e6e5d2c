import type { FaultContract } from '../contract.ts';

export const poolerFreeze = {
  means:
    'the pooler’s process is stopped (SIGSTOP): its sockets stay open and new connections are accepted, unanswered',
  provedBy: 'it is in state T',
  undoneBy: 'SIGCONT',
  target: 'pooler',
  ends: 'when-healed',
  healingEndsOutage: true,
  takeover: false,
  trial: { elsewhere: true },
} as const satisfies FaultContract;
