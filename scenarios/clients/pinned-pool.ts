import { scenario } from '../../src/index.ts';

/** The address leads to the former primary for 15 s more. A pool that reconnects by then gets a standby, and may keep it. */
export default scenario({
  name: 'pinned-pool',
  asks: 'Do pools whose address follows the primary late come back, or stay with the former primary for ever?',
  needs: ['switchover'],
  topology: { instances: 3, durability: 'required' },
  load: {
    writers: 4,
    ratePerSecond: 8,
    // Others in their place: --client pg-pool:path=late
    clients: ['sqlalchemy:path=late,pre_ping=1,workers=4,rate=4', 'asyncpg-pool:path=late,workers=4,rate=4'],
  },
  limits: {
    stuckClients: { max: 0 },
    undeclaredLosses: { max: 0 },
    recoveryMs: { max: 120_000 },
  },

  async drill({ hold, primary, inject, recovered, settled }) {
    await hold('8s', 'a steady state to compare with');
    await inject('switchover', await primary());
    await recovered({ within: '2m' });
    await settled({ within: '2m' });
    await hold('45s', 'the address has moved, and connections that live for 30 s were replaced');
  },
});
