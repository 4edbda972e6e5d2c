/** isolate: all traffic of the host is dropped, but its own with itself. */
import { partition } from './partition.ts';

export const isolate = partition('isolate', {
  drops: () => [
    ['INPUT', '-i', 'eth0', '-j', 'DROP'],
    ['OUTPUT', '-o', 'eth0', '-j', 'DROP'],
    ['FORWARD', '-j', 'DROP'],
  ],
  seen: 'timeout',
});
