import { scenario } from '../../src/index.ts';

/**
 * Everything that the primary sends comes 150 ms later, for 20 s: a link between sites that has grown long. Slow is not
 * dead, and nobody may take over (patroni issue 3550).
 */
export default scenario({
  name: 'slow-primary-link',
  asks: 'Does a slow link of the primary cost more than the time that its packets take, and does anybody take over?',
  needs: ['slow-link'],
  topology: { instances: 3, durability: 'required' },
  load: { writers: 20, ratePerSecond: 50, probeEveryMs: 50 },
  limits: {
    promotions: { max: 0 },
    writeOutageMs: { max: 2_000 },
    undeclaredLosses: { max: 0 },
    splitBrainMs: { max: 0 },
  },

  async drill({ hold, primary, inject, recovered, settled }) {
    await hold('10s', 'a steady state to compare with');
    const slow = await inject('slow-link', await primary(), { delayMs: 150, jitterMs: 20, for: '20s' });
    await slow.ended();
    await recovered({ within: '1m' });
    await settled({ within: '2m' });
  },
});
