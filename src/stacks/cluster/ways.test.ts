import { expect } from 'chai';
import { SetupError } from '../../errors.ts';
import { TestServer } from '../../load/test-server.ts';
import type { Pod, Pooler, Service } from '../cnpg/objects.ts';
import type { Found } from './discover.ts';
import { findWays, nodeAddresses, wantedServices, waysTo } from './ways.ts';

const site = { namespace: 'db', cluster: 'pg', operatorNamespace: 'cnpg-system' };
const service = (
  name: string,
  selector: Record<string, string>,
  spec: object = {},
  ingress: object[] = [],
): Service => ({
  ...{ apiVersion: 'v1', kind: 'Service', metadata: { name } },
  spec: { clusterIP: '10.43.0.9', selector, ports: [{ port: 5432 }], ...spec },
  status: { loadBalancer: { ingress } },
});
const pod = (name: string, hostIP: string, labels: Record<string, string> = {}): Pod => ({
  ...{ apiVersion: 'v1', kind: 'Pod', metadata: { name, labels }, spec: { containers: [] } },
  status: { hostIP },
});
const pooler: Pooler = {
  ...{ apiVersion: 'postgresql.cnpg.io/v1', kind: 'Pooler', metadata: { name: 'pool' } },
  spec: { cluster: { name: 'pg' } },
};
const role = (role: string) => ({ 'cnpg.io/cluster': 'pg', 'cnpg.io/instanceRole': role });
const found = (services: Service[], pods: Pod[] = []): Found =>
  ({ services, poolers: [{ pooler, pods }], instances: [pod('pg-1', '192.0.2.1')] }) as unknown as Found;

describe('the ways into a cluster', () => {
  it('are tried from the most direct on: ClusterIP, load balancer, NodePort', () => {
    const all = service('pool', {}, { ports: [{ port: 5432, nodePort: 30441 }] }, [{ ip: '203.0.113.5' }]);
    expect(waysTo(all, ['192.0.2.7']).map(({ host, port }) => `${host}:${port}`)).to.deep.equal([
      ...['10.43.0.9:5432', '203.0.113.5:5432', '192.0.2.7:30441'],
    ]);
    expect(waysTo(service('headless', {}, { clusterIP: 'None' }), [])).to.deep.equal([]);
  });

  it('go by nodes without an instance first, since a fault would cut the others', () => {
    const pods = [pod('pool-a', '192.0.2.1'), pod('pool-b', '192.0.2.9')];
    expect(nodeAddresses(found([], pods))).to.deep.equal(['192.0.2.9', '192.0.2.1']);
  });

  it('lead to the primary, to standbys and to each Pooler, the Service for all its pods first', () => {
    const one = service('pool-1', { 'cnpg.io/poolerName': 'pool', 'pgdrill.dev/pooler': '1' });
    const all = service('pool', { 'cnpg.io/poolerName': 'pool' });
    const services = [
      one,
      all,
      service('pg-rw', role('primary')),
      service('pg-ro', role('replica')),
      service('other', {}),
    ];
    const wanted = wantedServices(found(services), site).map(
      ({ name, services }) => `${name}: ${services.map(({ metadata }) => metadata.name)}`,
    );
    expect(wanted).to.deep.equal(['direct: pg-rw', 'readonly: pg-ro', 'pool: pool,pool-1']);
  });

  it('are those of the operator before those that others made with the same selector', () => {
    const owned = (one: Service, kind: string, name: string): Service => ({
      ...one,
      metadata: { ...one.metadata, ownerReferences: [{ kind, name }] },
    });
    const services = [
      service('a-pool', { 'cnpg.io/poolerName': 'pool' }),
      service('a-rw', role('primary')),
      owned(service('pool', { 'cnpg.io/poolerName': 'pool' }), 'Pooler', 'pool'),
      owned(service('pg-rw', role('primary')), 'Cluster', 'pg'),
    ];
    const first = wantedServices(found(services), site).map(({ services: [one] }) => one?.metadata.name);
    expect(first).to.deep.equal(['pg-rw', undefined, 'pool']);
  });

  describe('that answer', () => {
    let server: TestServer;
    beforeEach(async () => {
      server = await TestServer.listen();
    });
    afterEach(() => server[Symbol.asyncDispose]());

    const login = () => {
      const { database, user, password } = server.endpoint('any');
      return { database, user, password };
    };
    /** Services whose load balancer is the test server, or a port where nobody is. */
    const there = (name: string, selector: Record<string, string>, port = server.endpoint('any').port) =>
      service(name, selector, { clusterIP: 'None', ports: [{ port }] }, [{ ip: '127.0.0.1' }]);

    it('are used, and the report says which', async () => {
      const services = [there('pg-rw', role('primary')), there('pool', { 'cnpg.io/poolerName': 'pool' })];
      const { endpoints, path } = await findWays(found(services), site, login());
      expect(endpoints.map(({ name, host }) => `${name} ${host}`)).to.deep.equal([
        'direct 127.0.0.1',
        'pooler-1 127.0.0.1',
      ]);
      expect(path).to.include('pooler-1 by the load balancer of pool').and.include('without TLS');
      expect(server.statements).to.include('select 1');
    });

    it('that lead to several pods leave these names of their own', async () => {
      const services = [there('pg-rw', role('primary')), there('pool', { 'cnpg.io/poolerName': 'pool' })];
      const pods = ['a', 'b'].map((n) => pod(`pool-${n}`, '192.0.2.9', { 'cnpg.io/poolerName': 'pool' }));
      const { poolers } = await findWays(found(services, pods), site, login());
      expect([...poolers.keys()]).to.deep.equal(['pooler-1-pod-1', 'pooler-1-pod-2']);
    });

    it('are one for each pod where only narrower Services are reached', async () => {
      const single = ['1', '2'].map((n) =>
        there(`pool-${n}`, { 'cnpg.io/poolerName': 'pool', 'pgdrill.dev/pooler': n }),
      );
      const services = [there('pg-rw', role('primary')), there('pool', { 'cnpg.io/poolerName': 'pool' }, 1), ...single];
      // Listed the other way round: what counts is whom a Service leads to.
      const pods = ['2', '1'].map((n) =>
        pod(`pool-${n}`, '192.0.2.9', { 'cnpg.io/poolerName': 'pool', 'pgdrill.dev/pooler': n }),
      );
      const { endpoints, poolers } = await findWays(found(services, pods), site, login());
      expect(endpoints.map(({ name }) => name)).to.deep.equal(['direct', 'pooler-1', 'pooler-2']);
      expect([...poolers]).to.deep.equal([
        ['pooler-1', 'pool-1'],
        ['pooler-2', 'pool-2'],
      ]);
    });

    it('are missing where a port accepts and no query comes back: then the drill belongs inside', async function () {
      this.timeout(10_000);
      server.onLogin = () => 'silence';
      const services = [there('pg-rw', role('primary')), there('pool', { 'cnpg.io/poolerName': 'pool' })];
      const error = await findWays(found(services), site, login(), 0).catch((reason: unknown) => reason);
      expect(error)
        .to.be.instanceOf(SetupError)
        .with.property('message')
        .that.matches(/no Service of direct, pool answers a query from here.*inside the cluster/);
    });

    it('are waited for where a pooler that lost its server is not back at it yet', async () => {
      let logins = 0;
      // Each way in is tried once in the first round, in which nobody is let in.
      server.onLogin = () =>
        ++logins <= 2
          ? { severity: 'FATAL', code: '08P01', message: 'server login has been failing, try again later' }
          : 'ok';
      const services = [there('pg-rw', role('primary')), there('pool', { 'cnpg.io/poolerName': 'pool' })];
      const { endpoints } = await findWays(found(services), site, login());
      expect(endpoints.map(({ name }) => name)).to.deep.equal(['direct', 'pooler-1']);
    });

    it('that refuse the login say so instead of being taken for no way', async () => {
      server.onLogin = () => ({
        severity: 'FATAL',
        code: '28P01',
        message: 'password authentication failed for user "load"',
      });
      const services = [there('pg-rw', role('primary')), there('pool', { 'cnpg.io/poolerName': 'pool' })];
      const error = await findWays(found(services), site, login(), 0).catch((reason: unknown) => reason);
      expect(error)
        .to.be.instanceOf(SetupError)
        .with.property('message')
        .that.includes('cannot log in to')
        .and.includes('password authentication failed');
    });
  });
});
