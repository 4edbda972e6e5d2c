import { scenario } from '../../src/index.ts';

/**
 * A query on the primary wants more memory than its control group has, and the kernel kills a backend: PostgreSQL
 * recovers under the same limit (docker-library/postgres issue 809).
 */
export default scenario({
  name: 'memory-runs-out',
  asks: 'Is one query that wants too much memory an outage of seconds, and does the same primary come back?',
  needs: ['memory-pressure'],
  topology: { instances: 3, durability: 'required' },
  load: { writers: 20, ratePerSecond: 50, probeEveryMs: 50 },
  limits: {
    promotions: { max: 0 },
    writeOutageMs: { max: 8_000 },
    undeclaredLosses: { max: 0 },
    splitBrainMs: { max: 0 },
  },

  async drill({ hold, primary, inject, recovered, settled }) {
    await hold('10s', 'a steady state to compare with');
    const short = await inject('memory-pressure', await primary(), { megabytes: 256, for: '20s' });
    await short.ended();
    await recovered({ within: '2m' });
    await settled({ within: '2m' });
  },
});
