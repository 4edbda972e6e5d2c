import { scenario } from '../../src/index.ts';

const operator = {
  max: 145_000,
  source: 'what the timeouts allow (140 s), most of it Kubernetes’ grace period for a silent node',
};

const rejoin = {
  max: 240_000,
  source: 'the node ends its isolation after 150 s where nothing reaches it before; 90 s more to rejoin',
};

/** The primary’s node is cut off, consensus store included; it lives on and does not know. */
export default scenario({
  name: 'node-isolated',
  asks: 'How long do writes stop when the primary’s node drops off the network, and do two primaries ever write at once?',
  needs: ['isolate'],
  topology: { instances: 3, durability: 'required' },
  load: { writers: 40, ratePerSecond: 200 },
  limits: {
    writeOutageMs: { max: 75_000, on: { k3s: operator, cluster: operator } },
    undeclaredLosses: { max: 0 },
    splitBrainMs: { max: 0 },
    recoveryMs: { max: 180_000, on: { cluster: rejoin } },
  },

  async drill({ hold, primary, inject, recovered, settled }) {
    await hold('20s', 'a steady state to compare with');
    const cut = await inject('isolate', await primary());
    await recovered({ within: '4m' });
    await cut.heal();
    await settled({ within: '3m' });
  },
});
