import { scenario } from '../../src/index.ts';

/** The primary is cut off from all other hosts, but clients that had a session with it keep it: how long does it serve them? */
export default scenario({
  name: 'primary-isolated-open-session',
  asks: 'How long does a deposed, isolated primary go on acknowledging writes to a session opened before?',
  needs: ['isolate-from-peers'],
  // Nothing but its manager stops an asynchronous primary: with a standby required its writes would only hang.
  topology: { instances: 3, durability: 'asynchronous' },
  load: { writers: 36, openSessions: 4, ratePerSecond: 200, probeEveryMs: 20 },
  limits: {
    deposedAcksMs: { max: 15_000 },
    splitBrainMs: { max: 0 },
    writeOutageMs: { max: 75_000 },
  },

  async drill({ hold, primary, inject, recovered, settled }) {
    await hold('10s', 'a steady state to compare with');
    const cut = await inject('isolate-from-peers', await primary());
    await recovered({ within: '4m' });
    await cut.heal();
    await settled({ within: '3m' });
  },
});
