import { scenario } from '../../src/index.ts';

const operator = { max: 65_000, source: 'what the timeouts allow (62 s), see pgdrill plan' };

/** The primary is deleted without grace. Unlike in a crash, it receives SIGTERM and is killed a second later. */
export default scenario({
  name: 'primary-delete-now',
  asks: 'How long do writes stop when the primary is deleted with grace 0, and is any acknowledged write lost?',
  needs: ['delete-now'],
  topology: { instances: 3, durability: 'required' },
  load: { writers: 40, ratePerSecond: 200 },
  limits: {
    writeOutageMs: { max: 30_000, on: { k3s: operator, cluster: operator } },
    undeclaredLosses: { max: 0 },
    splitBrainMs: { max: 0 },
    recoveryMs: { max: 120_000 },
  },

  async drill({ hold, primary, inject, recovered, settled }) {
    await hold('20s', 'a steady state to compare with');
    const deletion = await inject('delete-now', await primary());
    await recovered({ within: '3m' });
    await deletion.heal();
    await settled({ within: '2m' });
  },
});
