import { scenario } from '../../src/index.ts';

/** A standby comes back with an empty disk: the manager must rebuild it from the primary, which goes on working. */
export default scenario({
  name: 'wipe-and-rejoin',
  asks: 'How long until a standby whose disk was replaced streams again, and does the primary stay one?',
  needs: ['wipe'],
  aimedAt: 'standby',
  topology: { instances: 3, durability: 'required' },
  load: { writers: 40, ratePerSecond: 200, probeEveryMs: 100 },
  limits: {
    recoveryMs: { max: 120_000 },
    promotions: { max: 0 },
    undeclaredLosses: { max: 0 },
  },

  async drill({ hold, standby, inject, recovered, settled }) {
    await hold('10s', 'a steady state to compare with');
    const wiped = await inject('wipe', await standby());
    await wiped.heal();
    await settled({ within: '3m' });
    await recovered({ within: '1m' });
  },
});
