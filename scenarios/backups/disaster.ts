import { scenario } from '../../src/index.ts';

/** The whole cluster is gone, with all its data: what is left is the object store. */
export default scenario({
  name: 'disaster',
  asks: 'What is lost when the cluster is restored from the object store alone?',
  needs: ['destroy', 'backup'],
  topology: { settings: { archive_timeout: '30' } },
  load: { writers: 4, ratePerSecond: 20, probeEveryMs: 100 },
  limits: {
    restoreLossMs: { max: 45_000 }, // the timeout of a segment, and some time until it is stored
    restoredDamage: { max: 0 },
    failedBackups: { max: 0 },
    failedRestores: { max: 0 },
    restoreMs: { max: 120_000 },
  },

  async drill({ hold, inject, backup, restore }) {
    await backup({ within: '2m' });
    await hold('75s', 'so that segments are archived by their timeout');
    await inject('destroy', { kind: 'cluster', name: 'cluster' });
    await restore('latest', { within: '3m' });
  },
});
