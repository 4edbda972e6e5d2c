import { scenario } from '../../src/index.ts';

/** Every process of the primary's PostgreSQL stands still, as on a disk that hangs: connections are taken, nothing is answered. */
export default scenario({
  name: 'primary-freeze',
  asks: 'How long do writes stop when the primary hangs instead of dying, and does it write again when it wakes?',
  needs: ['freeze'],
  topology: { instances: 3, durability: 'required' },
  load: { writers: 40, ratePerSecond: 200 },
  limits: {
    writeOutageMs: { max: 60_000 },
    undeclaredLosses: { max: 0 },
    splitBrainMs: { max: 0 },
    recoveryMs: { max: 180_000 },
  },

  async drill({ hold, primary, inject, recovered, settled }) {
    await hold('20s', 'a steady state to compare with');
    const frozen = await inject('freeze', await primary());
    await recovered({ within: '4m' });
    await frozen.heal(); // it wakes as a primary that has been deposed
    await settled({ within: '3m' });
  },
});
