import { scenario } from '../../src/index.ts';

/**
 * The operator is upgraded under load: it replaces the pods of every instance and pooler, since each runs its program. Needs two
 * releases: PGDRILL_OPERATOR_MANIFEST is installed, PGDRILL_OPERATOR_UPGRADE is upgraded to.
 */
export default scenario({
  name: 'operator-upgrade',
  asks: 'What do clients see of an upgrade of the operator?',
  needs: ['operator-upgrade'],
  topology: { instances: 3, durability: 'required' },
  load: { writers: 40, ratePerSecond: 200, probeEveryMs: 50 },
  limits: {
    writeOutageMs: { max: 60_000, source: 'what a restart of the primary in place and of the poolers may take' },
    undeclaredLosses: { max: 0 },
    splitBrainMs: { max: 0 },
  },

  async drill({ hold, inject, recovered, settled }) {
    await hold('10s', 'a steady state to compare with');
    const upgrade = await inject('operator-upgrade', { kind: 'operator', name: 'operator' });
    await upgrade.heal();
    await recovered({ within: '3m' });
    await settled({ within: '3m' });
  },
});
