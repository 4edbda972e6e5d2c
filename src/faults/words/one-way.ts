import { z } from 'zod';
import type { FaultContract } from '../contract.ts';
import { direction } from '../parameters.ts';
import { host } from '../undo-schema.ts';

export const oneWay = {
  means: 'all packets of the instance’s host are dropped in one direction; the other one works',
  says: (it, { direction: way }: { readonly direction: string }, lasted) =>
    way === 'in' ? `no packet reached ${it}${lasted}` : `no packet sent by ${it} arrived${lasted}`,
  provedBy: 'clients get no answer, and the counter of the rule grows',
  undoneBy: 'the rule is removed',
  setsRules: true,
  target: 'instance',
  parameters: z.strictObject({
    /** `out`: what it sends is lost, and it hears everybody; `in`: the other way round. */
    direction: direction.default('out'),
  }),
  ends: 'when-healed',
  healingEndsOutage: true,
  takeover: true,
  hidesFromManager: true,
  undo: { lab: host },
  trial: { elsewhere: true },
} as const satisfies FaultContract;
