import { scenario } from '../../src/index.ts';

/** Nothing is broken: the newest backup of a cluster that others run is restored beside it, to a moment a little while ago. */
export default scenario({
  name: 'restore-proof',
  asks: 'Does the newest backup restore, how fast, and does it hold what was written a moment ago?',
  needs: ['restore'],
  load: { writers: 2, ratePerSecond: 4, probeEveryMs: 250 },
  limits: {
    failedRestores: { max: 0 },
    pitrMissing: { max: 0 },
    pitrExtra: { max: 0 },
    restoredDamage: { max: 0 },
    failedAssertions: { max: 0 },
    backupAgeMs: { max: 26 * 3_600_000 }, // a daily backup, and two hours for it to run
    restoreMs: { max: 1_800_000 },
    undeclaredLosses: { max: 0 },
  },

  async drill({ hold, mark, archived, restore }) {
    await hold('10s', 'rows that mark the moment');
    const moment = await mark('marker rows');
    await hold('2s', 'PostgreSQL stops at the first commit behind the moment');
    await archived({ within: '2m' });
    await restore(moment, { within: '30m' });
  },
});
