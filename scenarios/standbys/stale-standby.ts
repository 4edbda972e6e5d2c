import { scenario } from '../../src/index.ts';

/**
 * A standby receives WAL and replays none of it for 8 s, as behind a long query: what is read there grows old, and
 * everything looks well (EnterpriseDB/repmgr issue 677).
 */
export default scenario({
  name: 'stale-standby',
  asks: 'How old is what clients read while a standby does not replay, and do writes notice?',
  needs: ['replay-stop'],
  aimedAt: 'standby',
  topology: { instances: 2, durability: 'required' },
  load: { writers: 20, ratePerSecond: 50, probeEveryMs: 50 },
  limits: {
    staleReadMs: { max: 12_000 },
    replayLagMs: { max: 12_000 },
    writeOutageMs: { max: 1_000 },
    promotions: { max: 0 },
    undeclaredLosses: { max: 0 },
  },

  async drill({ hold, standby, inject, settled }) {
    await hold('10s', 'a steady state to compare with');
    const behind = await inject('replay-stop', await standby(), { for: '8s' });
    await behind.ended();
    await hold('12s', 'what was not replayed is');
    await settled({ within: '2m', replayed: true });
  },
});
