/** isolate-from-peers: all traffic of the host is dropped, but its own with itself, and with the clients. */
import { singleHost } from '../lab.ts';
import { partition } from './partition.ts';

export const isolateFromPeers = partition('isolate-from-peers', {
  drops: (state) => {
    const { address } = singleHost(state, 'clients');
    return [
      ['INPUT', '-i', 'eth0', '!', '-s', address, '-j', 'DROP'],
      ['OUTPUT', '-o', 'eth0', '!', '-d', address, '-j', 'DROP'],
      ['FORWARD', '-j', 'DROP'],
    ];
  },
  seen: 'connected',
});
