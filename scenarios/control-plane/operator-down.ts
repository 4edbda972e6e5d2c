import { scenario } from '../../src/index.ts';

/** A part of the HA manager is away already when the primary dies. */
export default scenario({
  name: 'operator-down',
  asks: 'How long do writes stop when the primary dies while the operator, or a member of the consensus store, is away?',
  needs: ['operator-down', 'crash'],
  topology: { instances: 3, durability: 'required' },
  load: { writers: 40, ratePerSecond: 200, probeEveryMs: 50 },
  limits: {
    writeOutageMs: { max: 60_000 },
    undeclaredLosses: { max: 0 },
    splitBrainMs: { max: 0 },
  },

  async drill({ hold, primary, inject, recovered, settled }) {
    await hold('10s', 'a steady state to compare with');
    const manager = await inject('operator-down', { kind: 'operator', name: 'operator' });
    const crash = await inject('crash', await primary());
    await hold('10s', 'nobody, or fewer, to decide');
    await manager.heal();
    await recovered({ within: '3m' });
    await crash.heal();
    await settled({ within: '2m' });
  },
});
