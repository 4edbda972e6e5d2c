import { scenario } from '../../src/index.ts';

/**
 * Clients cannot reach one of two poolers for 25 s; the database is whole, and the other pooler serves (patroni issue
 * 2523).
 */
export default scenario({
  name: 'pooler-cut-off',
  asks: 'How long are clients of a pooler that they cannot reach without service?',
  needs: ['cut'],
  topology: { instances: 3, durability: 'required', pooler: { instances: 2 } },
  load: { writers: 20, ratePerSecond: 50, probeEveryMs: 50, failover: true },
  limits: {
    clientGapP95Ms: { max: 20_000 },
    directOutageMs: { max: 1_000 },
    silenceMs: { max: 2_000 },
    promotions: { max: 0 },
    undeclaredLosses: { max: 0 },
  },

  async drill({ hold, poolers, inject, recovered }) {
    await hold('10s', 'a steady state to compare with');
    const [, lost] = poolers();
    const zone = { kind: 'group', name: 'zone-b', hosts: [lost!.name] } as const;
    const cut = await inject('cut', zone, { from: ['clients'], for: '25s' });
    await cut.ended();
    await recovered({ within: '1m' });
  },
});
