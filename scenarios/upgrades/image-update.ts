import { scenario } from '../../src/index.ts';

/**
 * A minor update of PostgreSQL under load: the operator replaces the standbys, then the primary. Needs a second image, which
 * PGDRILL_POSTGRES_UPDATE names.
 */
export default scenario({
  name: 'image-update',
  asks: 'What do clients see of a minor update of PostgreSQL?',
  needs: ['image-update'],
  topology: { instances: 3, durability: 'required' },
  load: { writers: 40, ratePerSecond: 200, probeEveryMs: 50 },
  limits: {
    writeOutageMs: { max: 60_000, source: 'what a restart of the primary in place may take' },
    undeclaredLosses: { max: 0 },
    splitBrainMs: { max: 0 },
  },

  async drill({ hold, inject, recovered, settled }) {
    await hold('10s', 'a steady state to compare with');
    const update = await inject('image-update', { kind: 'cluster', name: 'cluster' });
    await update.heal();
    await recovered({ within: '3m' });
    await settled({ within: '3m' });
  },
});
