import { scenario } from '../../src/index.ts';

/** Both standbys die where a standby is preferred: writes go on, and the report says how many nobody else held. */
export default scenario({
  name: 'standbys-lost-preferred',
  asks: 'How soon do writes go on without any standby where one is only preferred, and how many are then exposed?',
  needs: ['crash'],
  aimedAt: 'standby',
  topology: { instances: 3, durability: 'preferred' },
  load: { writers: 40, ratePerSecond: 200 },
  limits: {
    writeOutageMs: { max: 15_000 },
    // The exposure is what the topology accepts: that it is seen is what is asked here.
    exposedWrites: { min: 1 },
    undeclaredLosses: { max: 0 },
  },

  async drill({ hold, standbys, inject, recovered, settled }) {
    await hold('10s', 'a steady state to compare with');
    const lost = await Promise.all((await standbys()).map((standby) => inject('crash', standby)));
    await recovered({ within: '1m' });
    for (const standby of lost) await standby.heal();
    await settled({ within: '2m' });
  },
});
