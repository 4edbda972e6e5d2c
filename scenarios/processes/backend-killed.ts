import { scenario } from '../../src/index.ts';

/**
 * One backend of the primary is killed, as by the kernel’s out-of-memory killer: all sessions end, and PostgreSQL
 * recovers in place (CrunchyData/crunchy-containers issue 1140).
 */
export default scenario({
  name: 'backend-killed',
  asks: 'How long do writes stop when PostgreSQL ends all sessions and recovers in place?',
  needs: ['backend-kill'],
  topology: { instances: 3, durability: 'required' },
  load: { writers: 20, ratePerSecond: 50, probeEveryMs: 50 },
  limits: {
    promotions: { max: 0 },
    writeOutageMs: { max: 8_000 },
    undeclaredLosses: { max: 0 },
    splitBrainMs: { max: 0 },
  },

  async drill({ hold, primary, inject, recovered, settled }) {
    await hold('10s', 'a steady state to compare with');
    const killed = await inject('backend-kill', await primary());
    await recovered({ within: '2m' });
    await killed.heal();
    await settled({ within: '2m' });
  },
});
