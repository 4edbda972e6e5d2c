import { scenario } from '../../src/index.ts';

/**
 * The primary’s virtual machine stands still for 8 s, as for a snapshot or a migration, and goes on. A pause that is
 * shorter than the leader’s key lives must not cause a failover (cloudnative-pg issue 10423, patroni issue 3407).
 */
export default scenario({
  name: 'host-paused',
  asks: 'Does a pause of the primary’s host cost more than the pause itself, and does it cause a failover?',
  needs: ['pause-host'],
  topology: { instances: 3, durability: 'required' },
  load: { writers: 20, ratePerSecond: 50, probeEveryMs: 50 },
  limits: {
    promotions: { max: 0 },
    writeOutageMs: {
      max: 15_000,
      on: { k3s: { max: 20_000, source: 'what the timeouts allow (17 s), see pgdrill plan' } },
    },
    undeclaredLosses: { max: 0 },
    splitBrainMs: { max: 0 },
  },

  async drill({ hold, primary, inject, recovered, settled }) {
    await hold('10s', 'a steady state to compare with');
    const paused = await inject('pause-host', await primary(), { for: '8s' });
    await paused.ended();
    await recovered({ within: '2m' });
    await settled({ within: '2m' });
  },
});
