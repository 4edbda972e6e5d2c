import { expect } from 'chai';
import { poolerBypassed } from './pooler-bypassed.ts';
import { cnpg, findingsAfterChange, findingsOf, linesOf } from './try-rule.ts';

const cluster = cnpg('Cluster', 'pg', '  instances: 3\n  storage: { size: 1Gi }\n');
const pooler = cnpg(
  'Pooler',
  'pg-pool',
  '  cluster: { name: pg }\n  type: rw\n  pgbouncer: { poolMode: transaction }\n',
);
const workload = (kind: string, env: string, container = 'app') =>
  `apiVersion: apps/v1\nkind: ${kind}\nmetadata: { name: app, namespace: db }\nspec:\n  template:\n    spec:\n      containers:\n        - name: ${container}\n          env:\n            - ${env}\n`;
const configMap = (data: string) =>
  `apiVersion: v1\nkind: ConfigMap\nmetadata: { name: app, namespace: web }\ndata:\n${data}`;

describe('pooler-bypassed', () => {
  it('finds the primary’s service in any notation, with the place of the host', () => {
    for (const value of [
      'Host=pg-rw.db.svc.cluster.local;Port=5432',
      'postgresql://u:p@pg-rw.db:5432/x',
      'jdbc:postgresql://pg-rw.db/x',
      'pg-rw.db',
    ]) {
      const text = configMap(`  url: "${value}"\n`);
      const [finding] = findingsOf(poolerBypassed, cluster, pooler, text);
      expect(finding, value).to.include({ file: '3.yaml', line: 5, column: 9 + value.indexOf('pg-rw') });
      expect(findingsAfterChange(poolerBypassed, cluster, pooler, text)).to.eql([]);
    }
  });

  it('finds it in the environment of a Deployment and in a Secret', () => {
    expect(linesOf(poolerBypassed, cluster, pooler, workload('Deployment', '{ name: PGHOST, value: pg-rw }'))).to.eql([
      '3.yaml:10',
    ]);
    const secret = configMap(`  url: ${Buffer.from('host=pg-rw.db').toString('base64')}\n`).replace(
      'ConfigMap',
      'Secret',
    );
    expect(linesOf(poolerBypassed, cluster, pooler, secret)).to.eql(['3.yaml:5']);
  });

  it('reports an object once, at its first host, changes all, and reads no comments', () => {
    const text = configMap('  app.conf: |\n    # pg-rw.db was first\n    a = host=pg-rw.db\n    b = "pg-rw.db:5432"\n');
    expect(linesOf(poolerBypassed, cluster, pooler, text)).to.eql(['3.yaml:7']);
    expect(findingsAfterChange(poolerBypassed, cluster, pooler, text)).to.eql([]);
  });

  it('reports many applications together, at the pooler', () => {
    const apps = ['a', 'b', 'c', 'd', 'e', 'f'].map((name) =>
      configMap('  url: pg-rw.db\n').replace('name: app', `name: ${name}`),
    );
    const [finding, ...others] = findingsOf(poolerBypassed, cluster, pooler, ...apps);
    expect(others).to.eql([]);
    expect(finding).to.include({ file: '2.yaml', object: 'Pooler db/pg-pool' });
    expect(finding!.message).to.match(/^No application here connects to this pooler, and 6 connect to pg-rw/);
    const user = configMap('  url: pg-pool.db\n').replace('name: app', 'name: user');
    expect(linesOf(poolerBypassed, cluster, pooler, ...apps, user)).to.eql([]);
  });

  it('raises nothing where an application uses a pooler in session mode, which saves the others nothing', () => {
    const session = pooler.replace('transaction', 'session');
    const direct = configMap('  url: pg-rw.db\n');
    const user = configMap('  url: pg-pool.db\n').replace('name: app', 'name: user');
    expect(linesOf(poolerBypassed, cluster, session, direct, user)).to.eql([]);
    expect(linesOf(poolerBypassed, cluster, session, direct)).to.eql(['3.yaml:5']);
    expect(linesOf(poolerBypassed, cluster, pooler, direct, user)).to.eql(['3.yaml:5']);
  });

  it('raises nothing on consoles, probes, initial scripts, and applications that keep sessions', () => {
    const data = configMap('  INIT_POSTGRES_HOST: pg-rw.db\n');
    const named = (name: string) => configMap('  url: pg-rw.db\n').replace('name: app', `name: ${name}`);
    const direct = configMap('  # direct on purpose\n  url: pg-rw.db\n');
    expect(
      linesOf(
        poolerBypassed,
        cluster,
        pooler,
        data,
        named('keycloak'),
        named('pgadmin'),
        named('servers-json'),
        direct,
      ),
    ).to.eql([]);
  });

  it('raises nothing on migrations, jobs and what says that it goes direct', () => {
    const migration = workload('Deployment', '{ name: PGHOST, value: pg-rw }', 'migrate');
    const job = workload('Job', '{ name: PGHOST, value: pg-rw }').replace('apps/v1', 'batch/v1');
    const direct = workload('Deployment', '{ name: DIRECT_DATABASE_URL, value: "postgresql://pg-rw/x" }');
    expect(linesOf(poolerBypassed, cluster, pooler, migration, job, direct)).to.eql([]);
  });

  it('raises nothing without a pooler to the primary, or on hosts that only resemble it', () => {
    const text = configMap('  url: postgresql://pg-rw.db/x\n');
    expect(linesOf(poolerBypassed, cluster, text)).to.eql([]);
    expect(linesOf(poolerBypassed, cluster, pooler.replace('type: rw', 'type: ro'), text)).to.eql([]);
    const others = configMap('  a: my-pg-rw.db\n  b: pg-rw-2.db\n  c: pg-ro.db\n  d: pg-rw.other\n  e: pg-rw\n');
    expect(linesOf(poolerBypassed, cluster, pooler, others)).to.eql([]);
  });
});
