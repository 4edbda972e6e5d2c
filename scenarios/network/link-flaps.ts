import { scenario } from '../../src/index.ts';

/**
 * The primary’s link goes down for 4 s, three times, with 5 s of service between: an interface that is set down and up
 * (patroni issue 1195, test 3), a router whose interfaces flap (GoCardless, outage of 3 July 2015).
 */
export default scenario({
  name: 'link-flaps',
  asks: 'Does a link that flaps cost more than the time that it is down, and does it cause a failover?',
  needs: ['flap'],
  topology: { instances: 3, durability: 'required' },
  load: { writers: 20, ratePerSecond: 50, probeEveryMs: 50 },
  limits: {
    promotions: { max: 0 },
    writeOutageMs: { max: 15_000 },
    undeclaredLosses: { max: 0 },
    splitBrainMs: { max: 0 },
  },

  async drill({ hold, primary, inject, recovered, settled }) {
    await hold('10s', 'a steady state to compare with');
    const flapping = await inject('flap', await primary(), { for: '4s', every: '9s', times: 3 });
    await flapping.ended();
    await recovered({ within: '2m' });
    await settled({ within: '2m' });
  },
});
