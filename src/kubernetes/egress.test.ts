import { expect } from 'chai';
import { perhapsService, serviceIn, towards, towardsHttps } from './egress.ts';

const inNamespace = (name: string) => [{ namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': name } } }];

describe('a Service in an address', () => {
  for (const [address, service] of [
    ['http://push:9091', { name: 'push' }],
    ['https://push', { name: 'push' }],
    ['http://push.monitoring', { name: 'push', namespace: 'monitoring' }],
    ['https://push.monitoring', { name: 'push', namespace: 'monitoring' }],
    ['http://push.monitoring.', { name: 'push', namespace: 'monitoring' }],
    ['https://push.monitoring.svc:9091', { name: 'push', namespace: 'monitoring' }],
    ['https://push.monitoring.svc.cluster.local', { name: 'push', namespace: 'monitoring' }],
    ['https://push.monitoring.svc.cluster.local.', { name: 'push', namespace: 'monitoring' }],
    ['http://minio-0.minio.backups.svc.cluster.local:9000', { name: 'minio', namespace: 'backups' }],
    ['https://s3.eu-central-1.amazonaws.com', undefined],
    ['https://svc.monitoring', { name: 'svc', namespace: 'monitoring' }],
    ['http://10.1.2.3:9000', undefined],
    ['http://[fd00::1]:9000', undefined],
  ] as const)
    it(`is looked for as ${JSON.stringify(service) ?? 'none'} in ${address}`, () => {
      expect(perhapsService(address)).to.deep.equal(service);
    });

  it('is one of two parts without TLS, or where its ports are known, unless it is known not to exist', () => {
    const known = (address: string, ports?: readonly number[]) => serviceIn(address, ports) !== undefined;
    expect([known('http://push.monitoring'), known('https://example.org')]).to.deep.equal([true, false]);
    expect([known('https://push.monitoring', [8443]), known('http://example.org', [])]).to.deep.equal([true, false]);
    // Only a name of two parts is ambiguous.
    expect([known('http://push', []), known('https://push.monitoring.svc', [])]).to.deep.equal([true, true]);
  });
});

describe('an egress rule', () => {
  for (const [address, to, port] of [
    ['http://push:9091', [{ podSelector: {} }], 9091],
    ['http://minio-0.minio.backups.svc:9000', inNamespace('backups'), 9000],
    ['http://10.1.2.3:9091', [{ ipBlock: { cidr: '10.1.2.3/32' } }], 9091],
    ['https://[fd00::1]', [{ ipBlock: { cidr: 'fd00::1/128' } }], 443],
    ['https://example.org', undefined, 443],
  ] as const)
    it(`keeps a pod to what ${address} names`, () => {
      expect(towards(address)).to.deep.equal({ ...(to && { to }), ports: [{ port, protocol: 'TCP' }] });
    });

  it('opens the port of the pods behind a Service, with TLS too', () => {
    expect(towards('https://grafana.monitoring', { ports: [3000] })).to.deep.equal({
      ...{ to: inNamespace('monitoring'), ports: [{ port: 3000, protocol: 'TCP' }] },
    });
  });

  it('opens the address’s own port where its host is known not to be a Service', () => {
    expect(towards('http://example.org', { ports: [] })).to.deep.equal({ ports: [{ port: 80, protocol: 'TCP' }] });
  });

  it('keeps what has a name outside of the cluster to the addresses that are given, and Services to theirs', () => {
    const outside = ['192.0.2.0/24', '2001:db8::/32'];
    const blocks = outside.map((cidr) => ({ ipBlock: { cidr } }));
    expect(towards('https://example.org', { outside }).to).to.deep.equal(blocks);
    expect(towards('http://push.monitoring', { outside }).to).to.deep.equal(inNamespace('monitoring'));
    expect(towards('http://10.1.2.3', { outside }).to).to.deep.equal([{ ipBlock: { cidr: '10.1.2.3/32' } }]);
    expect(towardsHttps(outside).to).to.deep.equal(blocks);
    expect(towardsHttps([])).to.deep.equal({ ports: [{ port: 443, protocol: 'TCP' }] });
  });
});
