import { expect } from 'chai';
import { describe, it } from 'mocha';
import { topologySchema } from '../../scenario/topology.ts';
import { ofKind, planHosts } from './plan.ts';

describe('the hosts of a lab', () => {
  it('are three of etcd, and as many instances and poolers as the topology says, and one each of the others', () => {
    const hosts = planHosts(topologySchema.parse({ instances: 4, pooler: { instances: 1 } }), 7);
    const names = hosts.map(({ name }) => name).join(' ');
    expect(names).to.equal('etcd1 etcd2 etcd3 pg1 pg2 pg3 pg4 pooler1 haproxy minio clients');
    expect(ofKind(hosts, 'postgres')[3]?.address).to.equal('198.18.7.24');
  });

  it('have different addresses in the largest topology', () => {
    const hosts = planHosts(topologySchema.parse({ instances: 9, pooler: { instances: 5 } }), 0);
    expect(new Set(hosts.map(({ address }) => address)).size).to.equal(hosts.length);
  });
});
