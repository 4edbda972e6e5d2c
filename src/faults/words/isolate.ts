import { z } from 'zod';
import type { FaultContract } from '../contract.ts';
import { agentPods } from '../right.ts';
import { address, host, mark, name, nodeAndPod } from '../undo-schema.ts';

export const isolate = {
  means:
    'all packets of the instance’s host are dropped, both ways, established connections and consensus store included',
  says: (it, _, lasted) => `no packet reached ${it} or left it${lasted}`,
  provedBy: 'neither side reaches the other, and the counters of the rules grow',
  undoneBy: 'the rules are removed',
  setsRules: true,
  target: 'instance',
  ends: 'when-healed',
  healingEndsOutage: true,
  takeover: true,
  instance: 'unreachable',
  takesNode: true,
  hidesFromManager: true,
  noticedAs: 'silence',
  onCluster: { agent: true, cutsNode: true, rights: [agentPods] },
  undo: {
    lab: host,
    k3s: z.strictObject({ node: name, address, mark }),
    cluster: nodeAndPod.extend({ mark }),
  },
  trial: { elsewhere: true },
} as const satisfies FaultContract;
