import type { FaultContract } from '../contract.ts';
import { agentPods } from '../right.ts';
import { frozen, host } from '../undo-schema.ts';

export const freeze = {
  means: 'every process of PostgreSQL in the instance is stopped (SIGSTOP); sockets stay open',
  says: (it, _, lasted) => `every process of PostgreSQL on ${it} was stopped${lasted} (SIGSTOP)`,
  provedBy: 'all of them are in state T',
  undoneBy: 'SIGCONT',
  target: 'instance',
  ends: 'when-healed',
  healingEndsOutage: true,
  takeover: true,
  instance: 'stopped',
  hidesFromManager: true,
  onCluster: { agent: true, rights: [agentPods] },
  undo: { lab: host, k3s: frozen, cluster: frozen },
  trial: { elsewhere: true },
} as const satisfies FaultContract;
