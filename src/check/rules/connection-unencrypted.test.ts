import { expect } from 'chai';
import { checkAll } from '../check.ts';
import { connectionUnencrypted } from './connection-unencrypted.ts';
import { cnpg, findingsOf, linesOf } from './try-rule.ts';

const cluster = cnpg('Cluster', 'pg', '  instances: 3\n  storage: { size: 1Gi }\n');
const configMap = (data: string) =>
  `apiVersion: v1\nkind: ConfigMap\nmetadata: { name: app, namespace: web }\ndata:\n${data}`;
const deployment = (env: string) =>
  `apiVersion: apps/v1\nkind: Deployment\nmetadata: { name: app, namespace: db }\nspec: { template: { spec: { containers: [{ name: app, env: [${env}] }] } } }\n`;

describe('connection-unencrypted', () => {
  it('finds it in the notations of .NET, URLs and libpq', () => {
    // What `require` means depends on the driver: no change is offered.
    for (const [text, wanted] of [
      ['Host=pg-rw.db.svc;SSL Mode=Disable', 'SSL Mode=Require'],
      ['jdbc:postgresql://pg-rw.db:5432/x?sslmode=disable', 'sslmode=require'],
      // What `require` means depends on the driver: no change is offered.
      ['postgresql://u@pg-rw.db:5432/x?sslmode=disable', ''],
      ['host=pg-ro.db sslmode=disable', ''],
    ] as const) {
      const [found] = findingsOf(connectionUnencrypted, cluster, configMap(`  url: "${text}"\n`));
      if (wanted === '') expect(found).to.include({ change: '' });
      else expect(found!.change).to.contain(wanted);
    }
  });

  it('finds it in a variable of its own beside the host', () => {
    const env = '{ name: PGHOST, value: pg-rw }, { name: PGSSLMODE, value: "disable" }';
    expect(linesOf(connectionUnencrypted, cluster, deployment(env))).to.eql(['2.yaml:4']);
  });

  it('finds it in a Secret without writing what the Secret holds', () => {
    const url = Buffer.from('postgresql://u:hunter2@pg-rw.db/x?sslmode=disable').toString('base64');
    const secret = `apiVersion: v1\nkind: Secret\nmetadata: { name: app, namespace: web }\ndata:\n  url: ${url}\n`;
    const [finding] = findingsOf(connectionUnencrypted, cluster, secret);
    expect(finding).to.include({ line: 5, change: '' });
  });

  it('raises nothing on connections to other databases, or with TLS', () => {
    const other = configMap('  url: postgresql://u@other-rw.db/x?sslmode=disable\n');
    const required = configMap('  url: postgresql://u@pg-rw.db/x?sslmode=require\n');
    const elsewhere = configMap('  url: postgresql://u@pg-rw.elsewhere/x?sslmode=disable\n');
    const two = configMap('  a: postgresql://u@pg-rw.db/x\n  b: postgresql://u@other.db/x?sslmode=disable\n');
    expect(linesOf(connectionUnencrypted, cluster, other, required, elsewhere, two)).to.eql([]);
  });

  it('raises nothing where another connection string to the service stands beside it', () => {
    const both = configMap('  uri: postgresql://u@pg-rw.db/x\n  dsn: host=pg-rw.db sslmode=disable\n');
    expect(linesOf(connectionUnencrypted, cluster, both)).to.eql([]);
  });

  it('raises nothing on the only node, where no network is crossed', () => {
    const texts = [cluster, configMap('  url: host=pg-rw.db sslmode=disable\n')];
    const files = texts.map((text, i) => ({ file: `${i + 1}.yaml`, text }));
    const rulesWith = (nodes: string) =>
      checkAll([...files, { file: 'talos/talconfig.yaml', text: `nodes: [${nodes}]\n` }], {
        nowMs: 0,
        rules: [connectionUnencrypted],
      }).findings.length;
    expect(rulesWith('{ hostname: a }, { hostname: b }')).to.equal(1);
    expect(rulesWith('{ hostname: a }')).to.equal(0);
  });

  it('raises nothing where Cilium encrypts the network between nodes', () => {
    const map = configMap('  url: host=pg-rw.db sslmode=disable\n');
    const cilium = (values: string) =>
      `apiVersion: helm.toolkit.fluxcd.io/v2\nkind: HelmRelease\nmetadata: { name: cilium }\nspec: { chart: { spec: { chart: cilium } }, values: ${values} }\n`;
    const found = (values: string) => linesOf(connectionUnencrypted, cluster, map, cilium(values)).length;
    expect(found('{ ipam: { mode: kubernetes }, encryption: { enabled: true, type: wireguard } }')).to.equal(0);
    expect(found('{ ipam: { mode: kubernetes }, encryption: { enabled: true } }')).to.equal(0);
    expect(found('{ ipam: { mode: kubernetes }, encryption: { enabled: false, type: wireguard } }')).to.equal(1);
    expect(found('{ encryption: { enabled: true, type: secret } }')).to.equal(1);
  });

  it('is one finding for three applications or more', () => {
    const map = (name: string) =>
      configMap('  url: host=pg-rw.db sslmode=disable\n').replace('name: app', `name: ${name}`);
    const [finding, ...more] = findingsOf(connectionUnencrypted, cluster, map('a'), map('b'), map('c'));
    expect(more).to.eql([]);
    expect(finding).to.include({ severity: 'info' });
    expect(finding!.message).to.match(/The same holds for 2 more ConfigMaps \(b, c\)\.$/);
    expect(linesOf(connectionUnencrypted, cluster, map('a'), map('b'))).to.have.length(2);
  });

  it('names the Secret with the CA of the Cluster', () => {
    const own = `${cluster}  certificates: { serverCASecret: pg-tls, serverTLSSecret: pg-tls }\n`;
    const map = configMap('  url: postgresql://u@pg-rw.db/x?sslmode=disable\n');
    const variables = deployment('{ name: PGHOST, value: pool }, { name: PGSSLMODE, value: disable }');
    const pooler = cnpg('Pooler', 'pool', '  cluster: { name: pg }\n  pgbouncer: {}\n');
    const messagesOf = (...texts: string[]) =>
      findingsOf(connectionUnencrypted, ...texts).map(({ message }) => message);
    expect(messagesOf(cluster, map)[0]).to.contain('the CA of the Secret <cluster>-ca');
    expect(messagesOf(own, map)[0]).to.contain('the CA of the Secret pg-tls');
    expect(messagesOf(own, pooler, variables)[0]).to.contain('the CA of the Secret pg-tls');
  });
});
