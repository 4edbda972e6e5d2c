import { poolModeStorm } from './pool-mode-storm.ts';

/** The same question where an operator runs the cluster, with the two faults that end a pod at once. */
export default poolModeStorm({
  name: 'pool-mode-storm-operator',
  fault: ['crash', 'delete-now'],
  // A commit that waits for a standby keeps the direct path away too, and so hides how long the pooler was held.
  durability: 'asynchronous',
  // Every connection is TLS's here: at the lab's pace, clients alone took a core from what was to recover, and a probe whose
  // answers took longer than its step queued behind itself for seconds after the pooler was back.
  load: { probeEveryMs: 200, reconnectMs: 500 },
  repeats: () => 5,
});
