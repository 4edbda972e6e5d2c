import { scenario } from '../../src/index.ts';

const operator = {
  max: 180_000,
  source: 'measured: the old primary stores its WAL before it stops; 134 s on a quiet machine, 153 s on a busy one',
};

/** The object store is away, and the primary changes meanwhile: archiving must not hold anything up, and catch up. */
export default scenario({
  name: 'object-store-down',
  asks: 'Does a switchover succeed while nothing can be archived, and is the backlog gone soon after?',
  needs: ['store-down', 'switchover', 'backup'],
  load: { writers: 4, ratePerSecond: 20, probeEveryMs: 100 },
  limits: {
    writeOutageMs: { max: 30_000, on: { k3s: operator, cluster: operator } },
    archiveDrainMs: { max: 60_000 },
    pitrMissing: { max: 0 },
    pitrExtra: { max: 0 },
    failedRestores: { max: 0 },
    archiveHoles: { max: 0 },
    undeclaredLosses: { max: 0 },
  },

  async drill({ hold, primary, inject, recovered, settled, backup, mark, archived, restore }) {
    await backup({ within: '2m' });
    const away = await inject('store-down', { kind: 'store', name: 'store' });
    await hold('45s', 'WAL piles up');
    await inject('switchover', await primary());
    await recovered({ within: '4m' });
    const meanwhile = await mark('while the store was away');
    await hold('35s');
    await away.heal();
    await hold('5s');
    await archived({ within: '2m' });
    await settled({ within: '2m' });
    await restore(meanwhile, { within: '3m' });
  },
});
