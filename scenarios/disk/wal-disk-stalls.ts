import { scenario } from '../../src/index.ts';

/**
 * The disk of the primary’s WAL takes no write for 8 s and returns no error, as a network volume that hangs
 * (cloudnative-pg issue 10678) or a controller that resets (patroni pull request 1331).
 */
export default scenario({
  name: 'wal-disk-stalls',
  asks: 'Do writes go on as soon as a disk that hung does, on the same primary?',
  needs: ['disk-stall'],
  topology: { instances: 3, durability: 'required', walDiskMegabytes: 320 },
  load: { writers: 20, ratePerSecond: 50, probeEveryMs: 50 },
  limits: {
    promotions: { max: 0 },
    writeOutageMs: { max: 15_000 },
    undeclaredLosses: { max: 0 },
    splitBrainMs: { max: 0 },
  },

  async drill({ hold, primary, inject, recovered, settled }) {
    await hold('10s', 'a steady state to compare with');
    const stalled = await inject('disk-stall', await primary(), { for: '8s' });
    await stalled.ended();
    await recovered({ within: '2m' });
    await settled({ within: '2m' });
  },
});
