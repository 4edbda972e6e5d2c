/** one-way: the host's packets are dropped in one direction, but its own with itself. */
import type { LabFault } from './fault.ts';
import { healRules, type Partition, preparePartition, type Way } from './partition.ts';

const drops = {
  in: [['INPUT', '-i', 'eth0', '-j', 'DROP']],
  out: [['OUTPUT', '-o', 'eth0', '-j', 'DROP']],
} as const satisfies Record<Way, ReturnType<Partition['drops']>>;

export const oneWay: LabFault<'one-way'> = {
  prepare: async ({ state }, target, { direction }) =>
    preparePartition(state, target, 'one-way', { drops: () => drops[direction], seen: 'timeout', counts: [direction] }),
  heal: (state, how) => healRules(state, 'one-way', how),
};
