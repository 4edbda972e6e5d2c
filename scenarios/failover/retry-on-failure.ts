import { scenario } from '../../src/index.ts';

/** The client as an application: an HTTP service without retry, and with EnableRetryOnFailure(5, 30 s, errorCodesToAdd: 08P01). */
export default scenario({
  name: 'retry-on-failure',
  asks: 'Do users of an application notice the loss of the primary, and does retrying help?',
  needs: ['crash'],
  topology: { instances: 3, durability: 'required' },
  // Npgsql does not retry PgBouncer's own errors.
  load: { writers: 10, ratePerSecond: 50, probeEveryMs: 50, api: true, retriesAlso: ['08P01'] },
  limits: {
    requestsFailedWithRetry: { max: 0 },
    undeclaredLosses: { max: 0 },
    recoveryMs: { max: 120_000 },
  },

  async drill({ hold, primary, inject, recovered, settled }) {
    await hold('10s', 'a steady state to compare with');
    const crash = await inject('crash', await primary());
    await recovered({ within: '3m' });
    await hold('15s', 'requests that are tried again a last time have their answer');
    await crash.heal();
    await settled({ within: '2m' });
  },
});
