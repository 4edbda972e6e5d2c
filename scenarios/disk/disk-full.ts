import { scenario } from '../../src/index.ts';

/** The disk of the primary's WAL is full: nothing can be written there until somebody makes room. */
export default scenario({
  name: 'disk-full',
  asks: 'How long do writes stop when the WAL disk is full, and is the instance back once there is room?',
  needs: ['disk-full', 'backup'], // archiving, for a segment that is closed by its timeout wants room for the next
  topology: { walDiskMegabytes: 320 },
  load: { writers: 4, ratePerSecond: 20, probeEveryMs: 100 },
  limits: {
    writeOutageMs: { max: 60_000 },
    undeclaredLosses: { max: 0 },
    splitBrainMs: { max: 0 },
    recoveryMs: { max: 240_000 },
  },

  async drill({ hold, primary, inject, recovered, settled }) {
    await hold('10s', 'a steady state to compare with');
    const full = await inject('disk-full', await primary());
    await hold('45s', 'so that more than one segment is wanted');
    await recovered({ within: '2m' });
    await full.heal();
    await settled({ within: '2m' });
  },
});
