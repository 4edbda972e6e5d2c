import { z } from 'zod';
import type { FaultContract } from '../contract.ts';
import { share } from '../parameters.ts';
import { percent } from '../says.ts';
import { host } from '../undo-schema.ts';

export const lossy = {
  means: 'a share of the packets of the instance’s host is dropped at random, both ways',
  says: (it, { share: part }: { readonly share: number }, lasted) =>
    `${percent(part)} of the packets of ${it} were lost${lasted}`,
  provedBy: 'the counters of the rules grow',
  undoneBy: 'the rules are removed',
  setsRules: true,
  target: 'instance',
  parameters: z.strictObject({
    /** Of the packets of each direction that are dropped: 0.02 is 2 %. */
    share: share.default(0.3),
  }),
  refuses: ({ share }: { readonly share: number }) =>
    share === 1 ? 'its share 1 drops every packet: that is the fault isolate' : undefined,
  ends: 'when-healed',
  advice: 'Alert on retransmitted segments (TcpRetransSegs) of the hosts of PostgreSQL.',
  healingEndsOutage: true,
  takeover: false,
  undo: { lab: host },
  trial: { elsewhere: true },
} as const satisfies FaultContract;
