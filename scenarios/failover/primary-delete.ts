import { scenario } from '../../src/index.ts';

const operator = { max: 60_000, source: 'what the timeouts allow (57 s), see pgdrill plan' };

/** What many take for a crash: `kubectl delete pod`. It is a graceful stop, which waits for the poolers' open sessions. */
export default scenario({
  name: 'primary-delete',
  asks: 'How long does a primary that is deleted linger, and how long do writes stop once it has gone?',
  needs: ['delete'],
  topology: { instances: 3, durability: 'required' },
  load: { writers: 40, ratePerSecond: 200 },
  limits: {
    writeOutageMs: { max: 30_000, on: { k3s: operator, cluster: operator } },
    undeclaredLosses: { max: 0 },
    splitBrainMs: { max: 0 },
  },

  async drill({ hold, primary, inject, replaced, recovered, settled }) {
    await hold('20s', 'a steady state to compare with');
    const old = await primary();
    const deletion = await inject('delete', old);
    await replaced(old, { within: '6m' }); // writes go on until it has really stopped: onsetMs says how long
    await recovered({ within: '3m' });
    await deletion.heal();
    await settled({ within: '2m' });
  },
});
