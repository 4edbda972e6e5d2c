import { durabilityMatrix } from './durability-matrix.ts';

/** The same on CloudNativePG, with its own guard against losses: a failover needs a quorum (cloudnative-pg issue 8790). */
export default durabilityMatrix({
  name: 'durability-matrix-operator',
  factors: { failover_quorum: ['off', 'on'] },
  load: { probeEveryMs: 200, reconnectMs: 500 },
  // The cells of the issue: preferred, two instances.
  repeats: ({ durability, instances, failover_quorum: quorum }) => {
    if (durability === 'asynchronous' && quorum === 'on') return 0;
    return durability === 'preferred' && instances === '2' ? 20 : 5;
  },
});
