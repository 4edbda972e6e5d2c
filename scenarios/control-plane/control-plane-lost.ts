import { scenario } from '../../src/index.ts';

/** Every member of etcd is away, while the instances reach each other: nobody should notice. */
export default scenario({
  name: 'control-plane-lost',
  asks: 'Do writes go on when the consensus store is gone, and is nothing lost?',
  needs: ['control-plane-down'],
  // Without it Patroni's primary gives up as soon as it cannot renew its key: it may be the one that was cut off.
  topology: { instances: 3, durability: 'required', settings: { failsafe_mode: 'on' } },
  load: { writers: 40, ratePerSecond: 200 },
  limits: {
    writeOutageMs: { max: 2_000 },
    undeclaredLosses: { max: 0 },
    splitBrainMs: { max: 0 },
    promotions: { max: 0 },
  },

  async drill({ hold, inject, recovered, settled }) {
    await hold('10s', 'a steady state to compare with');
    const gone = await inject('control-plane-down', { kind: 'operator', name: 'operator' });
    await hold('40s', 'twice as long as a key lives');
    await gone.heal();
    await recovered({ within: '2m' });
    await settled({ within: '2m' });
  },
});
