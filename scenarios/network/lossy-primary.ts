import { scenario } from '../../src/index.ts';

/**
 * One packet in ten of the primary is lost for 20 s, both ways: what a router that is about to fail does before its
 * interfaces go down (GoCardless, outage of 3 July 2015).
 */
export default scenario({
  name: 'lossy-primary',
  asks: 'Do writes go on, only later, when a share of the primary’s packets is lost?',
  needs: ['lossy'],
  topology: { instances: 3, durability: 'required' },
  load: { writers: 20, ratePerSecond: 50, probeEveryMs: 50 },
  limits: {
    promotions: { max: 0 },
    silenceMs: { max: 5_000 },
    undeclaredLosses: { max: 0 },
    splitBrainMs: { max: 0 },
  },

  async drill({ hold, primary, inject, recovered, settled }) {
    await hold('10s', 'a steady state to compare with');
    const lossy = await inject('lossy', await primary(), { share: 0.1, for: '20s' });
    await lossy.ended();
    await recovered({ within: '1m' });
    await settled({ within: '2m' });
  },
});
