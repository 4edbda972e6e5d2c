import { z } from 'zod';
import type { FaultContract } from '../contract.ts';
import { hosts } from '../undo-schema.ts';

export const cut = {
  means: 'all packets between two groups of hosts are dropped, as between two availability zones',
  says: (it, { from }: { readonly from?: readonly string[] }, lasted) =>
    `${it} was cut off from ${from?.join(', ') ?? 'the other hosts'}${lasted}`,
  provedBy: 'packets sent between them are met by the rules, both ways',
  undoneBy: 'the rules are removed',
  setsRules: true,
  target: 'group',
  parameters: z.strictObject({
    /** The hosts on the other side; absent: every other host but the clients’. */
    from: z.array(z.string('expected names of hosts'), 'expected names of hosts').min(1, 'expected a host').optional(),
  }),
  ends: 'when-healed',
  hidesFromManager: true,
  healingEndsOutage: true,
  takeover: true,
  undo: { lab: hosts },
  trial: { elsewhere: true },
} as const satisfies FaultContract;
