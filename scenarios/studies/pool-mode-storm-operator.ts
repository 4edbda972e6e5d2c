import { poolModeStorm } from './pool-mode-storm.ts';

/** The same question where an operator runs the cluster, with the two faults that end a pod at once. */
export default poolModeStorm({
  name: 'pool-mode-storm-operator',
  fault: ['crash', 'delete-now'],
  // A commit that waits for a standby keeps the direct path away too, and so hides how long the pooler was held.
  durability: 'asynchronous',
  repeats: () => 5,
});
