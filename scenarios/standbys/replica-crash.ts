import { scenario } from '../../src/index.ts';

/** A synchronous standby dies at once. Commits may wait until the manager no longer asks for it, and no longer. */
export default scenario({
  name: 'replica-crash',
  asks: 'Do writes go on when a standby dies?',
  needs: ['crash'],
  aimedAt: 'standby',
  topology: { instances: 3, durability: 'required' },
  load: { writers: 40, ratePerSecond: 200 },
  limits: {
    writeOutageMs: { max: 10_000 },
    undeclaredLosses: { max: 0 },
    splitBrainMs: { max: 0 },
    recoveryMs: { max: 120_000 },
  },

  async drill({ hold, standby, inject, recovered, settled }) {
    await hold('20s', 'a steady state to compare with');
    const crash = await inject('crash', await standby());
    await recovered({ within: '2m' });
    await crash.heal();
    await settled({ within: '2m' });
  },
});
