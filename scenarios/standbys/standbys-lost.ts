import { scenario } from '../../src/index.ts';

/** Both standbys die where a standby is required: writes must wait for one, rather than be acknowledged by nobody else. */
export default scenario({
  name: 'standbys-lost',
  asks: 'Do writes wait, and is nothing lost, when no standby is left and one is required?',
  needs: ['crash'],
  topology: { instances: 3, durability: 'required' },
  load: { writers: 40, ratePerSecond: 200, probeEveryMs: 20 },
  limits: {
    // They must be down as long as the standbys are: 20 s, less the first second, in which a queue is not yet an outage.
    writeOutageMs: { min: 18_000 },
    undeclaredLosses: { max: 0 },
    forbiddenPromotions: { max: 0 },
  },

  async drill({ hold, standbys, inject, recovered, settled }) {
    await hold('10s', 'a steady state to compare with');
    const lost = await Promise.all((await standbys()).map((standby) => inject('crash', standby)));
    await hold('20s', 'no standby is left');
    for (const standby of lost) await standby.heal();
    await recovered({ within: '2m' });
    await settled({ within: '2m' });
  },
});
