import { expect } from 'chai';
import { roleSecretFormat } from './role-secret-format.ts';
import { cnpg, findingsAfterChange, findingsOf, linesOf } from './try-rule.ts';

const cluster = cnpg(
  'Cluster',
  'pg',
  '  instances: 3\n  storage: { size: 1Gi }\n  managed:\n    roles:\n      - { name: app, passwordSecret: { name: app-password } }\n',
);
const secret = (body: string) =>
  `apiVersion: v1\nkind: Secret\nmetadata:\n  name: app-password\n  namespace: db\n${body}`;
const external = (spec: string) =>
  `apiVersion: external-secrets.io/v1\nkind: ExternalSecret\nmetadata:\n  name: any\n  namespace: db\nspec:\n${spec}`;
const password = '  data:\n    - secretKey: password\n      remoteRef: { key: K }\n';

describe('role-secret-format', () => {
  it('finds a secret without username, plain or external', () => {
    for (const text of [
      secret('stringData:\n  password: x\n'),
      external(`  target:\n    name: app-password\n${password}`),
      external(
        `  target:\n    name: app-password\n    template:\n      data:\n        password: "{{ .password }}"\n${password}`,
      ),
    ]) {
      expect(findingsOf(roleSecretFormat, cluster, text)[0]).to.include({ file: '2.yaml', line: 4, severity: 'error' });
      expect(findingsAfterChange(roleSecretFormat, cluster, text)).to.eql([]);
    }
  });

  it('raises nothing on another type than basic-auth, which the operator takes', () => {
    const text = secret('type: Opaque\nstringData: { username: app, password: x }\n');
    const fetched = external(
      '  target: { name: app-password }\n  data: [{ secretKey: username }, { secretKey: password }]\n',
    );
    expect(linesOf(roleSecretFormat, cluster, text, fetched)).to.eql([]);
  });

  it('looks at the secrets of DatabaseRoles and of the bootstrap’s owner too', () => {
    const role = cnpg(
      'DatabaseRole',
      'app',
      '  name: app\n  cluster: { name: pg }\n  passwordSecret: { name: app-password }\n',
    );
    const owner = cnpg(
      'Cluster',
      'pg',
      '  instances: 3\n  storage: {}\n  bootstrap: { initdb: { secret: { name: app-password } } }\n',
    );
    for (const text of [role, owner])
      expect(linesOf(roleSecretFormat, text, secret('data: { password: eA== }\n'))).to.have.length(1);
  });

  it('raises nothing on secrets in the right format', () => {
    const plain = secret('type: kubernetes.io/basic-auth\ndata: { username: YXBw, password: eA== }\n');
    const fetched = external(
      '  target: { name: app-password, template: { type: kubernetes.io/basic-auth } }\n  data: [{ secretKey: username }, { secretKey: password }]\n',
    );
    const whole = external(
      '  target: { name: app-password, template: { type: kubernetes.io/basic-auth } }\n  dataFrom: [{ extract: { key: K } }]\n',
    );
    expect(linesOf(roleSecretFormat, cluster, plain, fetched, whole)).to.eql([]);
  });

  it('raises nothing on secrets of nobody’s role or of another namespace', () => {
    const other = secret('data: { password: eA== }\n').replace('name: app-password', 'name: other');
    const elsewhere = secret('data: { password: eA== }\n').replace('namespace: db', 'namespace: web');
    expect(linesOf(roleSecretFormat, cluster, other, elsewhere)).to.eql([]);
  });
});
