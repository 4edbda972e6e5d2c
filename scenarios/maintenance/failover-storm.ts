import { scenario } from '../../src/index.ts';

/** Five changes of the primary, one as soon as the last is over: what one leaves behind meets the next. */
export default scenario({
  name: 'failover-storm',
  asks: 'Is every instance whole after five changes of the primary in a row, and what did they cost together?',
  needs: ['switchover'],
  topology: { instances: 3, durability: 'required' },
  load: { writers: 40, ratePerSecond: 200, probeEveryMs: 50 },
  limits: {
    // Five times what one switchover may cost.
    writeDowntimeMs: { max: 100_000 },
    recoveryMs: { max: 180_000 },
    undeclaredLosses: { max: 0 },
    splitBrainMs: { max: 0 },
  },

  async drill({ hold, primary, inject, replaced, recovered, settled }) {
    await hold('10s', 'a steady state to compare with');
    for (let change = 1; change <= 5; change++) {
      const old = await primary();
      await inject('switchover', old);
      await replaced(old, { within: '1m' });
      await settled({ within: '2m' });
    }
    await recovered({ within: '2m' });
  },
});
