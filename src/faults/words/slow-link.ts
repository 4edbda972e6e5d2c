import { z } from 'zod';
import type { FaultContract } from '../contract.ts';
import { milliseconds } from '../parameters.ts';
import { host } from '../undo-schema.ts';

export const slowLink = {
  means: 'packets that the instance’s host sends arrive later; none is lost, and they stay in their order',
  says: (it, { delayMs }: { readonly delayMs: number }, lasted) =>
    `every packet that ${it} sent arrived ${delayMs >= 1_000 ? `${delayMs / 1_000} s` : `${delayMs} ms`} later${lasted}`,
  provedBy: 'a round trip from the clients takes that much longer than before',
  undoneBy: 'the packets are no longer held, and a round trip takes as long as before',
  setsRules: true,
  target: 'instance',
  parameters: z.strictObject({
    /** Added to every round trip. */
    delayMs: milliseconds(1, 10_000),
    /** The delay of each packet varies by up to this, both ways. */
    jitterMs: milliseconds(0, 5_000).default(0),
  }),
  dose: 'delayMs',
  refuses: ({ delayMs, jitterMs }: { readonly delayMs: number; readonly jitterMs: number }) =>
    jitterMs > delayMs
      ? `its jitterMs ${jitterMs} is more than its delayMs ${delayMs}: no packet can come early`
      : undefined,
  ends: 'when-healed',
  advice: {
    primary:
      'Every answer of this primary comes late, whatever its settings: alert on round-trip times between the hosts and on write_lag in pg_stat_replication, and move the primary to another host (a switchover) as soon as they fire.',
    standby:
      'Alert on write_lag in pg_stat_replication and on round-trip times. With a further standby and a quorum (synchronous_mode: quorum) commits wait for the fastest standby only.',
  },
  healingEndsOutage: true,
  takeover: false,
  undo: { lab: host },
  trial: { elsewhere: true, parameters: { delayMs: 120, jitterMs: 10 } },
} as const satisfies FaultContract;
