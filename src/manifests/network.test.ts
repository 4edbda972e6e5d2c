import { expect } from 'chai';
import type { Monthly } from './index.ts';
import { made, one, plan } from './test-plan.ts';

const policy = (name: string, change: Partial<Monthly> = {}) => one('NetworkPolicy', made(change), name)?.spec;
const egress = (change: Partial<Monthly> = {}) => policy('pgdrill', change).egress;

describe('the network policy of a drill', () => {
  it('lets nobody in, and lets it reach databases, names and the API', () => {
    expect(policy('pgdrill')).to.deep.include({ policyTypes: ['Ingress', 'Egress'] });
    expect(policy('pgdrill').ingress).to.equal(undefined);
    const [database, names, api, ...others] = egress();
    expect(database.ports).to.deep.equal([{ port: 5432, protocol: 'TCP' }]);
    expect(JSON.stringify(database.to)).to.include('"cnpg.io/cluster":"pg"').and.include('cnpg.io/poolerName');
    // Names are asked of pods of the cluster, and of nothing outside it.
    expect(names.to[0]).to.deep.equal({ namespaceSelector: {} });
    expect(api.ports.map(({ port }: { port: number }) => port)).to.deep.equal([443, 6443]);
    expect(others).to.deep.equal([]);
  });

  it('keeps the API to its addresses where they are named', () => {
    expect(egress({ apiServers: ['10.0.0.1/32'] })[2].to).to.deep.equal([{ ipBlock: { cidr: '10.0.0.1/32' } }]);
    expect(egress({ apiPorts: [16443] })[2].ports).to.deep.equal([{ port: 16443, protocol: 'TCP' }]);
  });

  it('lets it report to the port of the pods behind a Service, which CNIs compare', () => {
    const [rule] = egress({
      pushgateway: 'http://grafana.monitoring',
      podPorts: { 'grafana.monitoring': [3000] },
    }).slice(3);
    expect(rule.ports).to.deep.equal([{ port: 3000, protocol: 'TCP' }]);
  });

  const inNamespace = (name: string) => [
    { namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': name } } },
  ];
  for (const [address, to, port] of [
    ['http://push:9091', [{ podSelector: {} }], 9091],
    ['http://minio.db:9000', inNamespace('db'), 9000],
    ['https://push.monitoring.svc:9091', inNamespace('monitoring'), 9091],
    ['http://push.monitoring.svc.cluster.local', inNamespace('monitoring'), 80],
    ['http://10.1.2.3:9091', [{ ipBlock: { cidr: '10.1.2.3/32' } }], 9091],
    ['https://example.org', undefined, 443],
    ['https://push.example.org:8443', undefined, 8443],
  ] as const)
    it(`lets it report to ${address}, as narrowly as the name allows`, () => {
      const rule = egress({ pushgateway: address })[3];
      expect(rule.to).to.deep.equal(to);
      expect(rule.ports).to.deep.equal([{ port, protocol: 'TCP' }]);
    });

  it('lets it reach a chat and the store of AWS at any address, with HTTPS', () => {
    const https = { ports: [{ port: 443, protocol: 'TCP' }] };
    const apiServers = ['10.0.0.1/32'];
    expect(egress({ apiServers, chat: { secret: 's', template: 'slack' } }).at(-1)).to.deep.equal(https);
    const bucket = { to: 's3://b', secret: 's', endpoint: undefined };
    expect(egress({ apiServers, bucket }).at(-1)).to.deep.equal(https);
    expect(egress({ words: ['--otlp', 'http://otel.monitoring:4318'] })[3].to).to.deep.equal(inNamespace('monitoring'));
  });

  it('leaves the database alone, unless the namespace lets nothing in', () => {
    expect(policy('pgdrill-instances')).to.equal(undefined);
    const { podSelector, ingress } = policy('pgdrill-instances', { defaultDeny: true });
    // Poolers are clients' way in: this policy must not close them.
    expect(podSelector.matchLabels).to.deep.equal({ 'cnpg.io/cluster': 'pg', 'cnpg.io/podRole': 'instance' });
    expect(JSON.stringify(ingress[0])).to.include('cloudnative-pg').and.include('8000');
    expect(JSON.stringify(ingress[1])).to.include('"app.kubernetes.io/name":"pgdrill"');
    expect(policy('pgdrill-poolers', { defaultDeny: true }).policyTypes).to.deep.equal(['Ingress']);
    const exporters = policy('pgdrill-instances', { defaultDeny: true, apiServers: ['10.0.0.1/32'] }).ingress[2];
    expect(exporters.ports[0].port).to.equal(9187);
  });

  it('lets the operator alone reach a restored copy', () => {
    const restore = { name: 'restore-proof', needs: [], restores: true, text: '' };
    const objects = made({ scenarios: [restore] });
    const policies = objects.filter(({ kind }) => kind === 'NetworkPolicy');
    const { metadata, spec } = policies.find(
      (one) => (one.metadata as { namespace: string }).namespace === plan.restoreNamespace,
      // biome-ignore lint/suspicious/noExplicitAny: manifests are data of many kinds
    ) as any;
    expect(metadata.name).to.equal('pgdrill');
    expect(spec.podSelector).to.deep.equal({});
    expect(JSON.stringify(spec.ingress))
      .to.include('cloudnative-pg')
      .and.not.include('"app.kubernetes.io/name":"pgdrill"');
  });

  it('lets a restored copy connect to names, the API and its store, and to nothing else', () => {
    const restore = { name: 'restore-proof', needs: [], restores: true, text: '' };
    const of = (change: Partial<Monthly>) =>
      made({ scenarios: [restore], apiServers: ['10.0.0.1/32'], ...change }).find(
        ({ kind, metadata }) => kind === 'NetworkPolicy' && (metadata as { namespace: string }).namespace !== 'db',
        // biome-ignore lint/suspicious/noExplicitAny: manifests are data of many kinds
      ) as any;
    const { policyTypes, egress } = of({ storeAddress: 'http://minio.backups.svc:9000' }).spec;
    expect(policyTypes).to.deep.equal(['Ingress', 'Egress']);
    expect(egress).to.have.lengthOf(3);
    expect(egress[0].ports[0].port).to.equal(53);
    expect(egress[1].to).to.deep.equal([{ ipBlock: { cidr: '10.0.0.1/32' } }]);
    expect(egress[2]).to.deep.equal({ to: inNamespace('backups'), ports: [{ port: 9000, protocol: 'TCP' }] });
    // AWS has no addresses of its own.
    expect(of({}).spec.egress[2]).to.deep.equal({ ports: [{ port: 443, protocol: 'TCP' }] });
  });

  it('gives the pod on a node no network', () => {
    expect(policy('pgdrill-node-agent')).to.equal(undefined);
    const spec = policy('pgdrill-node-agent', { profile: 'node' });
    expect([spec.ingress, spec.egress]).to.deep.equal([undefined, undefined]);
    expect(spec.podSelector.matchExpressions[0]).to.deep.include({ key: 'pgdrill.dev/node-agent' });
  });
});
