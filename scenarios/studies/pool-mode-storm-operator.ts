import { poolModeStorm } from './pool-mode-storm.ts';

/** The same question where an operator runs the cluster, with the two faults that end a pod at once. */
export default poolModeStorm('pool-mode-storm-operator', ['crash', 'delete-now'], () => 5);
