import { scenario } from '../../src/index.ts';

/** The primary's node is drained for maintenance, as `kubectl drain` does: the primary has to move first. */
export default scenario({
  name: 'drain',
  asks: 'How long do writes stop when the primary’s node is drained, and is every instance back afterwards?',
  needs: ['drain'],
  topology: { instances: 3, durability: 'required' },
  load: { writers: 40, ratePerSecond: 200 },
  limits: {
    writeOutageMs: { max: 60_000 },
    recoveryMs: { max: 180_000 },
    undeclaredLosses: { max: 0 },
    splitBrainMs: { max: 0 },
  },

  async drill({ hold, primary, inject, recovered, settled }) {
    await hold('10s', 'a steady state to compare with');
    const drained = await inject('drain', await primary());
    await recovered({ within: '3m' });
    await drained.heal();
    await settled({ within: '2m' });
  },
});
