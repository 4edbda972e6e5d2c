import { scenario } from '../../src/index.ts';

const operator = { max: 65_000, source: 'what the timeouts allow (62 s), see pgdrill plan' };

/** The primary dies at once while clients write through the pooler. */
export default scenario({
  name: 'primary-crash',
  asks: 'How long do writes stop, and is any acknowledged write lost?',
  needs: ['crash'],
  topology: { instances: 3, durability: 'required', pooler: { instances: 2, mode: 'transaction', poolSize: 25 } },
  load: { writers: 40, ratePerSecond: 200 },
  limits: {
    writeOutageMs: { max: 30_000, on: { k3s: operator, cluster: operator } },
    undeclaredLosses: { max: 0 },
    splitBrainMs: { max: 0 },
    recoveryMs: { max: 120_000 },
  },

  async drill({ hold, primary, inject, recovered, settled }) {
    await hold('20s', 'a steady state to compare with');
    const crash = await inject('crash', await primary());
    await recovered({ within: '3m' }); // clients are on their own; healing earlier would spoil the measurement
    await crash.heal();
    await settled({ within: '2m' });
  },
});
