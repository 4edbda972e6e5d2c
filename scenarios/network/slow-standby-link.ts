import { scenario } from '../../src/index.ts';

/**
 * The synchronous standby is as far away as another site for 20 s: every commit waits for it, and nothing is broken
 * (patroni issue 3550).
 */
export default scenario({
  name: 'slow-standby-link',
  asks: 'Do writes go on, only later, when the link of the synchronous standby is slow?',
  needs: ['slow-link'],
  aimedAt: 'standby',
  topology: { instances: 2, durability: 'required' },
  load: { writers: 20, ratePerSecond: 50, probeEveryMs: 50 },
  limits: {
    promotions: { max: 0 },
    writeOutageMs: { max: 2_000 },
    silenceMs: { max: 2_000 },
    undeclaredLosses: { max: 0 },
    splitBrainMs: { max: 0 },
  },

  async drill({ hold, standby, inject, recovered, settled }) {
    await hold('10s', 'a steady state to compare with');
    const slow = await inject('slow-link', await standby(), { delayMs: 150, jitterMs: 20, for: '20s' });
    await slow.ended();
    await recovered({ within: '1m' });
    await settled({ within: '2m' });
  },
});
