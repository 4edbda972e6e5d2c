import { scenario } from '../../src/index.ts';

const operator = { max: 65_000, source: 'what the timeouts allow (62 s), see pgdrill plan' };

/** The primary dies while clients run serializable transactions, through the poolers and directly. */
export default scenario({
  name: 'serializable-failover',
  asks: 'Do transactions stay serializable across a failover?',
  needs: ['crash'],
  topology: { instances: 3, durability: 'required', pooler: { instances: 2, mode: 'transaction', poolSize: 25 } },
  load: {
    ...{ writers: 20, ratePerSecond: 50, probeEveryMs: 50 },
    ...{ workload: 'list-append', isolation: 'serializable', transactionsPerSecond: 50 },
  },
  limits: {
    isolationAnomalies: { max: 0 },
    undeclaredLosses: { max: 0 },
    writeOutageMs: { max: 30_000, on: { k3s: operator, cluster: operator } },
  },

  async drill({ hold, primary, inject, recovered, settled }) {
    await hold('15s', 'a steady state to compare with');
    const crash = await inject('crash', await primary());
    await recovered({ within: '3m' });
    await crash.heal();
    await settled({ within: '2m' });
  },
});
