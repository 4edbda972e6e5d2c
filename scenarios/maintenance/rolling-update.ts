import { scenario } from '../../src/index.ts';

const operator = { max: 60_000, source: 'what the timeouts allow (57 s), see pgdrill plan' };

/** Every instance is stopped and started once, as a change of image or parameter does it: the primary last, after a switchover. */
export default scenario({
  name: 'rolling-update',
  asks: 'How long do writes stop while every instance is restarted in turn?',
  needs: ['delete', 'switchover'],
  topology: { instances: 3, durability: 'required' },
  load: { writers: 40, ratePerSecond: 200, probeEveryMs: 50 },
  limits: {
    writeOutageMs: { max: 20_000, on: { k3s: operator, cluster: operator } },
    undeclaredLosses: { max: 0 },
    splitBrainMs: { max: 0 },
  },

  async drill({ hold, primary, standbys, inject, replaced, recovered, settled }) {
    await hold('10s', 'a steady state to compare with');
    const old = await primary();
    for (const standby of await standbys()) {
      const stopped = await inject('delete', standby);
      await stopped.heal();
      await settled({ within: '2m' });
    }
    await inject('switchover', old);
    await replaced(old, { within: '1m' });
    await recovered({ within: '2m' });
    const last = await inject('delete', old);
    await last.heal();
    await settled({ within: '2m' });
    await recovered({ within: '2m' });
  },
});
