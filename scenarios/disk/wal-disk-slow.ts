import { scenario } from '../../src/index.ts';

/**
 * The disk of the primary’s WAL makes 12 writes a second for 20 s, and no more: busy to the brim, as in patroni issue
 * 1675. Clients wait, and nobody may take over.
 */
export default scenario({
  name: 'wal-disk-slow',
  asks: 'Do clients get their writes acknowledged, one after the other, while the primary’s disk is slow?',
  needs: ['disk-slow'],
  topology: { instances: 3, durability: 'required', walDiskMegabytes: 320 },
  load: { writers: 20, ratePerSecond: 50, probeEveryMs: 50 },
  limits: {
    promotions: { max: 0 },
    silenceMs: { max: 5_000 },
    undeclaredLosses: { max: 0 },
    splitBrainMs: { max: 0 },
  },

  async drill({ hold, primary, inject, recovered, settled }) {
    await hold('10s', 'a steady state to compare with');
    const slow = await inject('disk-slow', await primary(), { writesPerSecond: 12, for: '20s' });
    await slow.ended();
    await recovered({ within: '2m' });
    await settled({ within: '2m' });
  },
});
