import { expect } from 'chai';
import { bootstrapRoleMissing } from './bootstrap-role-missing.ts';
import { cnpg, findingsAfterChange, findingsOf, linesOf } from './try-rule.ts';

const cluster = (initdb: string) =>
  cnpg(
    'Cluster',
    'pg',
    `  instances: 3\n  storage: { size: 1Gi }\n  bootstrap:\n    initdb:\n${initdb.replace(/^/gm, '      ')}\n`,
  );
const postInit = (...statements: string[]) =>
  cluster(`owner: app\npostInitSQL:\n${statements.map((text) => `- ${JSON.stringify(text)}`).join('\n')}`);

describe('bootstrap-role-missing', () => {
  it('finds a database whose owner is a managed role, and makes a Database object of it', () => {
    const text = `${postInit('CREATE DATABASE shop OWNER shop_owner;')}  managed: { roles: [{ name: shop_owner }] }\n`;
    const [finding] = findingsOf(bootstrapRoleMissing, text);
    expect(finding).to.include({ line: 13, severity: 'error' });
    expect(finding!.change).to.contain('+kind: Database').and.contain('+  owner: shop_owner');
    expect(findingsAfterChange(bootstrapRoleMissing, text)).to.eql([]);
  });

  it('finds rights granted to such a role in the application database', () => {
    expect(
      linesOf(bootstrapRoleMissing, cluster('postInitApplicationSQL:\n- GRANT ALL ON SCHEMA public TO reader')),
    ).to.eql(['1.yaml:12']);
  });

  it('advises to run what names a role of the operator later, and nothing about an owner', () => {
    const text = cluster('postInitApplicationSQL:\n- GRANT CONNECT ON DATABASE app TO cnpg_metrics_exporter');
    const [finding] = findingsOf(bootstrapRoleMissing, text);
    expect(finding!.message).to.contain('Run the statement once the cluster is ready').and.not.to.contain('owner');
  });

  it('takes out the list with its last statement, which may not be null', () => {
    const [finding] = findingsOf(bootstrapRoleMissing, postInit('CREATE DATABASE shop OWNER shop_owner'));
    expect(finding!.change).to.contain('-      postInitSQL:\n');
  });

  it('raises nothing on roles that exist: the owner, built-in ones, those made by an earlier statement', () => {
    expect(
      linesOf(
        bootstrapRoleMissing,
        postInit(
          'CREATE DATABASE a OWNER app',
          'CREATE ROLE b',
          'CREATE DATABASE b OWNER b',
          'GRANT pg_monitor TO postgres',
        ),
      ),
    ).to.eql([]);
    expect(linesOf(bootstrapRoleMissing, cluster('database: shop\npostInitSQL:\n- ALTER ROLE shop SUPERUSER'))).to.eql(
      [],
    );
    expect(
      linesOf(bootstrapRoleMissing, cluster('database: shop\npostInitSQL:\n- GRANT pg_read_all_data TO shop')),
    ).to.eql([]);
  });

  it('raises nothing on a live cluster that has come through its bootstrap', () => {
    const live = `${postInit('CREATE DATABASE b OWNER b')}status: { currentPrimary: pg-1 }\n`;
    expect(linesOf(bootstrapRoleMissing, live)).to.eql([]);
  });

  it('claims nothing behind a procedural block, which may create any role', () => {
    const block = "DO $$ BEGIN EXECUTE 'CREATE ROLE b'; END $$";
    expect(linesOf(bootstrapRoleMissing, postInit(block, 'CREATE DATABASE b OWNER b'))).to.eql([]);
  });
});
