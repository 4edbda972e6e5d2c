import { scenario } from '../../src/index.ts';

/** One of two poolers dies; its clients know the other one. */
export default scenario({
  name: 'pooler-loss',
  asks: 'How long are the clients of a lost pooler without service?',
  needs: ['pooler-crash'],
  topology: { instances: 3, durability: 'required', pooler: { instances: 2 } },
  load: { writers: 40, ratePerSecond: 200, failover: true },
  limits: {
    clientGapP95Ms: { max: 5_000 },
    directOutageMs: { max: 1_000 },
    undeclaredLosses: { max: 0 },
  },

  async drill({ hold, poolers, inject, recovered }) {
    await hold('10s', 'a steady state to compare with');
    const lost = await inject('pooler-crash', poolers()[0]!);
    await hold('15s', 'half of the poolers');
    await lost.heal();
    await recovered({ within: '1m' });
  },
});
