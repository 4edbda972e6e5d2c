import { scenario } from '../../src/index.ts';

/** The synchronous standby's network loses three packets in ten: writes that wait for it slow down, but nobody should take over. */
export default scenario({
  name: 'lossy-network',
  asks: 'Does a bad network of the synchronous standby cause a failover, and what does it cost the writes?',
  needs: ['lossy'],
  aimedAt: 'standby',
  topology: { instances: 3, durability: 'required' },
  load: { writers: 40, ratePerSecond: 200 },
  limits: {
    promotions: { max: 0 },
    undeclaredLosses: { max: 0 },
    splitBrainMs: { max: 0 },
  },

  async drill({ hold, standby, inject, recovered, settled }) {
    await hold('10s', 'a steady state to compare with');
    const bad = await inject('lossy', await standby());
    await hold('30s', 'longer than a takeover takes');
    await bad.heal();
    await recovered({ within: '1m' });
    await settled({ within: '2m' });
  },
});
