import { scenario } from '../../src/index.ts';

const operator = { max: 55_000, source: 'what the timeouts allow (51 s), see pgdrill plan' };

/** The change of primary that every update makes: asked for, not suffered. */
export default scenario({
  name: 'planned-switchover',
  asks: 'What does a planned change of the primary cost the clients of the pooler?',
  needs: ['switchover'],
  topology: { instances: 3, durability: 'required' },
  load: { writers: 40, ratePerSecond: 200 },
  limits: {
    writeOutageMs: { max: 20_000, on: { k3s: operator, cluster: operator } },
    undeclaredLosses: { max: 0 },
    splitBrainMs: { max: 0 },
    recoveryMs: { max: 120_000 },
  },

  async drill({ hold, primary, inject, recovered, settled }) {
    await hold('20s', 'a steady state to compare with');
    await inject('switchover', await primary());
    await recovered({ within: '3m' });
    await settled({ within: '2m' });
  },
});
