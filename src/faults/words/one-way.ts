import { z } from 'zod';
import type { FaultContract } from '../contract.ts';
import { direction } from '../parameters.ts';
import { host } from '../undo-schema.ts';

export const oneWay = {
  means: 'all packets of the instance’s host are dropped in one direction; the other one works',
  provedBy: 'clients get no answer, and the counter of the rule grows',
  undoneBy: 'the rule is removed',
  target: 'instance',
  parameters: z.strictObject({
    /** `out`: what it sends is lost, and it hears everybody; `in`: the other way round. */
    direction: direction.default('out'),
  }),
  ends: 'when-healed',
  suffers: (target: string, { direction = 'out' }: { readonly direction?: 'in' | 'out' }) =>
    direction === 'out' ? `nothing that ${target} sent arrived` : `nothing that was sent to ${target} arrived`,
  healingEndsOutage: true,
  takeover: true,
  hidesFromManager: true,
  undo: { lab: host },
  trial: { elsewhere: true },
} as const satisfies FaultContract;
