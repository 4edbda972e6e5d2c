import { expect } from 'chai';
import { describe, it } from 'mocha';
import type { Cluster, ClusterStatus, EndpointSlice, Lease } from '../objects.ts';
import { clusterRoles, leaseNotes, routeRoles } from './roles.ts';

const cluster = (status: ClusterStatus): Cluster => ({
  apiVersion: 'postgresql.cnpg.io/v1',
  kind: 'Cluster',
  metadata: { name: 'postgres' },
  spec: { instances: 3 },
  status,
});
const words = (roles: ReturnType<ReturnType<typeof clusterRoles>>) =>
  roles.map(({ instance, role }) => `${instance} ${role}`);

describe('the roles in a Cluster’s status', () => {
  it('show at a switchover that the old primary is given up and the new one chosen at once', () => {
    const read = clusterRoles();
    read(cluster({ currentPrimary: 'p-1', targetPrimary: 'p-1', timelineID: 1 }));
    const asked = read(cluster({ currentPrimary: 'p-1', targetPrimary: 'p-2', timelineID: 1 }));
    expect(words(asked)).to.deep.equal(['p-1 lost', 'p-2 elected']);
    expect(words(read(cluster({ currentPrimary: 'p-2', targetPrimary: 'p-2', timelineID: 1 })))).to.deep.equal([
      'p-2 primary',
    ]);
  });

  it('do not give the new primary the timeline of the old one', () => {
    const read = clusterRoles();
    read(cluster({ currentPrimary: 'p-1', targetPrimary: 'p-2', timelineID: 1 }));
    const [promoted] = read(cluster({ currentPrimary: 'p-2', targetPrimary: 'p-2', timelineID: 1 }));
    expect(promoted).to.not.have.property('timeline');
    const [known] = read(cluster({ currentPrimary: 'p-2', targetPrimary: 'p-2', timelineID: 2 }));
    expect(known).to.include({ instance: 'p-2', role: 'primary', timeline: 2 });
  });

  it('say nothing while nothing changes, nor of a cluster that has no status yet', () => {
    const read = clusterRoles();
    expect(read(cluster({}))).to.deep.equal([]);
    const same = cluster({ currentPrimary: 'p-1', targetPrimary: 'p-1', timelineID: 1 });
    expect(read(same)).to.have.length(1);
    expect(read(same)).to.deep.equal([]);
  });

  it('show a failover that fell back on the old primary', () => {
    const read = clusterRoles();
    read(cluster({ currentPrimary: 'p-1', targetPrimary: 'p-1' }));
    expect(words(read(cluster({ currentPrimary: 'p-1', targetPrimary: 'pending' })))).to.deep.equal(['p-1 lost']);
    expect(words(read(cluster({ currentPrimary: 'p-1', targetPrimary: 'p-1' })))).to.deep.equal(['p-1 elected']);
  });
});

describe('the route in an EndpointSlice', () => {
  const slice = (...endpoints: { name: string; ready: boolean }[]): EndpointSlice => ({
    apiVersion: 'discovery.k8s.io/v1',
    kind: 'EndpointSlice',
    metadata: { name: 'postgres-rw-x' },
    endpoints: endpoints.map(({ name, ready }) => ({
      addresses: ['10.42.0.1'],
      conditions: { ready },
      targetRef: { name },
    })),
  });

  it('is lost with the readiness of its endpoint, though the endpoint is still listed', () => {
    const read = routeRoles();
    read(slice({ name: 'p-1', ready: true }));
    expect(read(slice({ name: 'p-1', ready: false }))).to.deep.equal([
      { kind: 'role', observer: 'route', instance: 'p-1', role: 'unrouted' },
    ]);
  });

  it('passes from one to the other in one change', () => {
    const read = routeRoles();
    read(slice({ name: 'p-1', ready: true }));
    const seen = read(slice({ name: 'p-1', ready: false }, { name: 'p-2', ready: true }));
    expect(seen.map(({ instance, role }) => `${instance} ${role}`)).to.deep.equal(['p-1 unrouted', 'p-2 routed']);
  });
});

describe('the lease of the primary', () => {
  const lease = (holderIdentity: string): Lease => ({
    apiVersion: 'coordination.k8s.io/v1',
    kind: 'Lease',
    metadata: { name: 'postgres' },
    spec: { holderIdentity },
  });

  it('reports a release and a new holder, not renewals', () => {
    const read = leaseNotes();
    const texts = ['p-1', 'p-1', '', 'p-2'].map((holder) => read(lease(holder)).map(({ text }) => text));
    expect(texts).to.deep.equal([
      [],
      [],
      ['p-1 released the primary lease'],
      ['the primary lease passed from nobody to p-2'],
    ]);
  });
});
