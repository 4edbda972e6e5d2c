import { expect } from 'chai';
import { check } from '../check.ts';
import { configMap } from '../example.ts';
import { rules } from '../rules/index.ts';
import { cnpg } from '../rules/try-rule.ts';

const cluster = cnpg('Cluster', 'pg', '  instances: 3\n  storage: { size: 1Gi }\n');
const pooler = (name: string) =>
  cnpg(
    'Pooler',
    name,
    '  cluster: { name: pg }\n  instances: 2\n  pgbouncer:\n    poolMode: transaction\n    parameters: { default_pool_size: "90" }\n',
  );
const app = (name: string, host: string) =>
  configMap(`DATABASE_URL: postgresql://${name}@${host}.db:5432/app`).replace(/name: \S+/, `name: ${name}`);

/** The rules that find something about a Pooler of this name. */
const rulesAt = (name: string, ...texts: string[]): string[] =>
  check(
    texts.map((text, nth) => ({ file: `${nth}.yaml`, text })),
    0,
    rules,
  )
    .filter(({ object }) => object.endsWith(`/${name}`) && object.startsWith('Pooler'))
    .map(({ rule }) => rule);

const tuning = ['connections-exceed-max', 'pooler-dead-connections', 'pooler-login-retry', 'poolers-on-one-node'];

describe('a Pooler that nothing uses', () => {
  it('is not judged by its behaviour in a failover', () => {
    const users = ['a', 'b', 'c'].map((name) => app(name, 'pg-rw'));
    for (const rule of tuning) expect(rulesAt('pool', cluster, pooler('pool'), ...users)).not.to.include(rule);
  });

  it('is used where an application names it, and may be where few applications are visible', () => {
    const users = ['a', 'b', 'c'].map((name) => app(name, 'pg-rw'));
    expect(rulesAt('pool', cluster, pooler('pool'), ...users, app('d', 'pool'))).to.include.members(tuning);
    expect(rulesAt('pool', cluster, pooler('pool'), ...users.slice(1))).to.include.members(tuning);
  });

  it('is used where an object of another kind names it', () => {
    const users = ['a', 'b', 'c'].map((name) => app(name, 'pg-rw'));
    const input = (spec: string) => `apiVersion: example.org/v1\nkind: Inputs\nmetadata: { name: d }\nspec:\n${spec}`;
    const named = input('  host: pool.db.svc.cluster.local\n');
    expect(rulesAt('pool', cluster, pooler('pool'), ...users, named)).to.include.members(tuning);
    const policy =
      'apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: { name: d }\nspec: { to: { cnpg.io/poolerName: pool } }\n';
    expect(rulesAt('pool', cluster, pooler('pool'), ...users, policy)).to.include.members(tuning);
    const comment = input('  host: pg-rw # not pool\n');
    expect(rulesAt('pool', cluster, pooler('pool'), ...users, comment)).not.to.include(tuning[0]);
  });

  it('is known by the applications of other Poolers too', () => {
    const users = ['a', 'b', 'c'].map((name) => app(name, 'busy'));
    for (const rule of tuning.slice(1))
      expect(rulesAt('pool', cluster, pooler('pool'), pooler('busy'), ...users)).not.to.include(rule);
    const two = [pooler('busy'), pooler('full'), app('a', 'busy'), app('b', 'full')];
    expect(rulesAt('pool', cluster, pooler('pool'), ...two)).not.to.include('pooler-login-retry');
    expect(rulesAt('busy', cluster, pooler('pool'), pooler('busy'), ...users)).to.include('pooler-login-retry');
  });
});
