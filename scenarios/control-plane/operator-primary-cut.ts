import { scenario } from '../../src/index.ts';

/** Only the HA manager and the primary are cut from each other; clients and standbys reach it. Nobody should take over. */
export default scenario({
  name: 'operator-primary-cut',
  asks: 'Does a healthy primary stay one when the HA manager alone cannot reach it?',
  needs: ['isolate-from-operator'],
  // Without it Patroni's primary gives up when it cannot renew its key, and a standby takes over.
  topology: { instances: 3, durability: 'required', settings: { failsafe_mode: 'on' } },
  load: { writers: 40, ratePerSecond: 200 },
  limits: {
    promotions: { max: 0 },
    writeOutageMs: { max: 2_000 },
    undeclaredLosses: { max: 0 },
    splitBrainMs: { max: 0 },
  },

  async drill({ hold, primary, inject, recovered, settled }) {
    await hold('10s', 'a steady state to compare with');
    const cut = await inject('isolate-from-operator', await primary());
    await hold('40s', 'twice as long as a key lives');
    await cut.heal();
    await recovered({ within: '2m' });
    await settled({ within: '2m' });
  },
});
