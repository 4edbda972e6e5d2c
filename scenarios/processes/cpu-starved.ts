import { scenario } from '../../src/index.ts';

/**
 * The primary’s host gets a quarter of a processor for 20 s, health checks included: under load they come late, and a
 * primary that works must not be replaced (cloudnative-pg issue 793, patroni pull request 2787).
 */
export default scenario({
  name: 'cpu-starved',
  asks: 'Do writes go on, only later, and does the primary stay, when its host is short of processor time?',
  needs: ['cpu-starve'],
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
    const starved = await inject('cpu-starve', await primary(), { share: 0.25, for: '20s' });
    await starved.ended();
    await recovered({ within: '2m' });
    await settled({ within: '2m' });
  },
});
