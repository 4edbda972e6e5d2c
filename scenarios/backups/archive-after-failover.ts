import { scenario } from '../../src/index.ts';

/** After a failover the new primary must take over archiving, and backups must go on. */
export default scenario({
  name: 'archive-after-failover',
  asks: 'How soon after a failover is WAL archived again, and can a backup be taken and restored?',
  needs: ['crash', 'backup'],
  load: { writers: 4, ratePerSecond: 20, probeEveryMs: 100 },
  limits: {
    archiveSwitchMs: { max: 60_000 },
    backupMs: { max: 180_000 },
    failedBackups: { max: 0 },
    failedRestores: { max: 0 },
    pitrMissing: { max: 0 },
    pitrExtra: { max: 0 },
    restoredDamage: { max: 0 },
    recoveryMs: { max: 120_000 },
  },

  async drill({ hold, primary, inject, recovered, settled, backup, mark, archived, restore }) {
    await hold('10s');
    const crash = await inject('crash', await primary());
    await recovered({ within: '3m' });
    await crash.heal();
    await settled({ within: '2m' });
    await backup({ within: '3m' });
    await hold('5s');
    const after = await mark('after the backup');
    await hold('2s');
    await archived({ within: '1m' });
    await restore(after, { within: '3m' });
  },
});
