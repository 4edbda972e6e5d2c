import { scenario } from '../../src/index.ts';

/**
 * What the primary sends is lost, and it hears everybody: half a partition, as behind a switch of which a part has
 * failed (Cloudflare, API outage of 2 November 2020).
 */
export default scenario({
  name: 'mute-primary',
  asks: 'Is a primary that hears everybody and is heard by nobody replaced, with no second one beside it?',
  needs: ['one-way'],
  topology: { instances: 3, durability: 'required' },
  load: { writers: 20, ratePerSecond: 50, probeEveryMs: 50 },
  limits: {
    writeOutageMs: { max: 40_000 },
    undeclaredLosses: { max: 0 },
    splitBrainMs: { max: 0 },
    recoveryMs: { max: 120_000 },
  },

  async drill({ hold, primary, inject, recovered, settled }) {
    await hold('10s', 'a steady state to compare with');
    const mute = await inject('one-way', await primary(), { direction: 'out' });
    await recovered({ within: '3m' });
    await mute.heal();
    await settled({ within: '2m' });
  },
});
