import { scenario } from '../../src/index.ts';

/** Restores to a moment before a failover and to one after it, across the change of the timeline. */
export default scenario({
  name: 'point-in-time-restore',
  asks: 'Does a restore hold every write acknowledged before its moment, and none sent after it?',
  needs: ['crash', 'backup'],
  load: { writers: 4, ratePerSecond: 20, probeEveryMs: 100 },
  limits: {
    pitrMissing: { max: 0 },
    pitrExtra: { max: 0 },
    restoredDamage: { max: 0 },
    failedBackups: { max: 0 },
    failedRestores: { max: 0 },
    archiveHoles: { max: 0 },
    restoreMs: { max: 120_000 },
    undeclaredLosses: { max: 0 },
    recoveryMs: { max: 120_000 },
  },

  async drill({ hold, primary, inject, recovered, settled, backup, mark, archived, restore }) {
    await backup({ within: '2m' });
    await hold('5s');
    const before = await mark('just before the failover');
    await hold('1s');
    const crash = await inject('crash', await primary());
    await recovered({ within: '3m' });
    await crash.heal();
    const after = await mark('after the failover');
    await hold('5s');
    await archived({ within: '1m' });
    await restore(before, { within: '3m' });
    await restore(after, { within: '3m' });
    await settled({ within: '2m' });
  },
});
