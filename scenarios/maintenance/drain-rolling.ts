import { scenario } from '../../src/index.ts';

/** Every node that holds an instance is drained in turn, the primary's last, as in an upgrade of Kubernetes. */
export default scenario({
  name: 'drain-rolling',
  asks: 'How long do writes stop when all nodes of the instances are drained one after the other, and is each instance back?',
  needs: ['drain'],
  topology: { instances: 3, durability: 'required' },
  load: { writers: 40, ratePerSecond: 200, probeEveryMs: 250 },
  limits: {
    writeOutageMs: { max: 60_000 },
    writeDowntimeMs: { max: 90_000 },
    undeclaredLosses: { max: 0 },
    splitBrainMs: { max: 0 },
  },

  async drill({ hold, primary, standbys, inject, recovered, settled }) {
    await hold('10s', 'a steady state to compare with');
    for (const instance of [...(await standbys()), await primary()]) {
      const drained = await inject('drain', instance);
      await recovered({ within: '3m' });
      await drained.heal();
      await settled({ within: '3m' });
    }
  },
});
