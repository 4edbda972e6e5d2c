/** isolate-from-operator: all traffic between the host and the members of etcd is dropped. */
import type { RuleSpec } from '../hosts/firewall.ts';
import { etcdHosts } from '../lab.ts';
import { partition } from './partition.ts';

export const isolateFromOperator = partition('isolate-from-operator', {
  drops: (state) =>
    etcdHosts(state).flatMap(({ address }): RuleSpec[] => [
      ['INPUT', '-s', address, '-j', 'DROP'],
      ['OUTPUT', '-d', address, '-j', 'DROP'],
    ]),
  seen: 'connected',
  // Others only answer it: where nothing gets out, nothing comes in.
  counts: ['out'],
});
