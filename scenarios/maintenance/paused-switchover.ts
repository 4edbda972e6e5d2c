import { scenario } from '../../src/index.ts';

/** A planned switchover behind poolers that hold their clients meanwhile: nobody should see an error. */
export default scenario({
  name: 'paused-switchover',
  asks: 'Does a switchover go unnoticed, but for the wait, when the poolers are paused around it?',
  needs: ['switchover', 'pooler-pause'],
  topology: { instances: 3, durability: 'required' },
  load: { writers: 40, ratePerSecond: 200, probeEveryMs: 20, giveUpMs: 15_000 },
  limits: {
    failedRequests: { max: 0 },
    clientGapP95Ms: { max: 15_000 },
    undeclaredLosses: { max: 0 },
  },

  async drill({ hold, primary, poolers, replaced, inject, recovered, settled }) {
    await hold('10s', 'a steady state to compare with');
    const old = await primary();
    const paused = await Promise.all(poolers().map((pooler) => inject('pooler-pause', pooler)));
    await inject('switchover', old);
    await replaced(old, { within: '30s' });
    await hold('3s', 'so that the way to the new primary is open');
    await Promise.all(paused.map((pooler) => pooler.heal()));
    await recovered({ within: '1m' });
    await settled({ within: '2m' });
  },
});
