import { scenario } from '../../src/index.ts';

/** The postmaster alone is killed, as when memory runs out; its manager lives and starts it again, in place or elsewhere. */
export default scenario({
  name: 'primary-restart',
  asks: 'How long do writes stop when PostgreSQL is killed and its manager is not?',
  needs: ['restart'],
  topology: { instances: 3, durability: 'required' },
  load: { writers: 40, ratePerSecond: 200 },
  limits: {
    writeOutageMs: { max: 60_000 },
    undeclaredLosses: { max: 0 },
    splitBrainMs: { max: 0 },
    recoveryMs: { max: 120_000 },
  },

  async drill({ hold, primary, inject, recovered, settled }) {
    await hold('20s', 'a steady state to compare with');
    const restart = await inject('restart', await primary());
    await recovered({ within: '3m' });
    await restart.heal();
    await settled({ within: '2m' });
  },
});
