import { scenario } from '../../src/index.ts';

/** Commits wait for standbys that do not answer, clients that give up leave connections behind, and the connections run out. */
export default scenario({
  name: 'alerts',
  asks: 'When the connections run out behind commits that wait, does any alert fire, and how soon?',
  needs: ['freeze', 'metrics'],
  aimedAt: 'standby',
  topology: { instances: 3, durability: 'required' },
  load: { writers: 40, ratePerSecond: 200, probeEveryMs: 100 },
  limits: {
    missedAlerts: { max: 0 },
    alertDelayMs: { max: 60_000 },
    undeclaredLosses: { max: 0 },
    forbiddenPromotions: { max: 0 },
  },

  async drill({ hold, standbys, inject, recovered, settled }) {
    await hold('10s', 'a steady state to compare with');
    const frozen = await Promise.all((await standbys()).map((standby) => inject('freeze', standby)));
    await hold('90s', 'commits wait, and who gives up leaves a connection behind');
    for (const standby of frozen) await standby.heal();
    await recovered({ within: '3m' });
    await settled({ within: '3m' });
  },
});
