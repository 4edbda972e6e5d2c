import { scenario } from '../../src/index.ts';

/** A schedule that fires, and the five fields that crontab is used to, as the operator reads them. */
export default scenario({
  name: 'scheduled-backup',
  asks: 'Does a schedule order a base backup that can be restored, and when would a schedule of five fields?',
  needs: ['backup', 'schedule'],
  load: { writers: 4, ratePerSecond: 20, probeEveryMs: 100 },
  limits: {
    backupMs: { max: 120_000 },
    failedBackups: { max: 0 },
    failedRestores: { max: 0 },
    pitrMissing: { max: 0 },
    pitrExtra: { max: 0 },
    restoredDamage: { max: 0 },
  },

  async drill({ hold, backup, readSchedule, mark, archived, restore }) {
    await readSchedule('0 2 * * *'); // meant: every night at two
    await readSchedule('0 0 2 * * *');
    await backup({ within: '2m', schedule: '*/15 * * * * *' });
    await hold('5s');
    const after = await mark('after the scheduled backup');
    await hold('5s');
    await archived({ within: '1m' });
    await restore(after, { within: '3m' });
  },
});
