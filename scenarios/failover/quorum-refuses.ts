import { scenario } from '../../src/index.ts';

/** The primary and its synchronous standby die: the other standby may lack writes, and must not take over. */
export default scenario({
  name: 'quorum-refuses',
  asks: 'Is a takeover refused when the only instance left may lack acknowledged writes, and does it happen once it is safe?',
  needs: ['crash'],
  topology: { instances: 3, durability: 'required' },
  load: { writers: 40, ratePerSecond: 200 },
  limits: {
    // Nobody may take over for as long as the synchronous standby is away.
    writeOutageMs: { min: 28_000 },
    forbiddenPromotions: { max: 0 },
    undeclaredLosses: { max: 0 },
    splitBrainMs: { max: 0 },
  },

  async drill({ hold, primary, standby, inject, recovered, settled }) {
    await hold('10s', 'a steady state to compare with');
    const synchronous = await standby();
    const first = await inject('crash', await primary()); // first, so that nobody declares the other standby synchronous
    const second = await inject('crash', synchronous);
    await hold('30s', 'longer than a takeover takes with these timers');
    await second.heal();
    await recovered({ within: '3m' });
    await first.heal();
    await settled({ within: '2m' });
  },
});
