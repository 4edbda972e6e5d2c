import { scenario } from '../../src/index.ts';

/**
 * The availability zone of the primary is cut off from the two others, with one of three members of the consensus store,
 * and comes back after the failover (patroni issue 3314: the new primary was demoted then).
 */
export default scenario({
  name: 'zone-cut',
  asks: 'Does a cut between availability zones cost one failover, and does the end of the cut cost none?',
  needs: ['cut'],
  topology: { instances: 3, durability: 'required' },
  load: { writers: 20, ratePerSecond: 50, probeEveryMs: 50 },
  limits: {
    promotions: { max: 1 },
    writeOutageMs: { max: 40_000 },
    undeclaredLosses: { max: 0 },
    splitBrainMs: { max: 0 },
  },

  async drill({ hold, primary, inject, recovered, settled }) {
    await hold('10s', 'a steady state to compare with');
    const { name, host } = await primary();
    const zone = { kind: 'group', name: 'zone-a', hosts: [host || name, 'etcd1'] } as const;
    const cut = await inject('cut', zone);
    await recovered({ within: '3m' });
    await cut.heal();
    await settled({ within: '2m' });
    await hold('15s', 'the cut is over, and nobody is demoted');
  },
});
