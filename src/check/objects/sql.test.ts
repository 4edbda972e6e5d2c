import { expect } from 'chai';
import { statementsOf } from './sql.ts';

const needed = (sql: string) => statementsOf(sql).flatMap((statement) => statement.needsRoles);

describe('statements of a bootstrap', () => {
  it('need the owner of a database, however it is written', () => {
    expect(needed('CREATE DATABASE a OWNER b;')).to.eql(['b']);
    expect(needed('create database a with owner = "B c" encoding \'UTF8\'')).to.eql(['B c']);
    expect(needed('ALTER DATABASE a OWNER TO Bee')).to.eql(['bee']);
    expect(needed('CREATE SCHEMA s AUTHORIZATION b')).to.eql(['b']);
  });

  it('need the roles that rights are granted to or taken from', () => {
    expect(needed('GRANT ALL PRIVILEGES ON DATABASE a TO b, "c"')).to.eql(['b', 'c']);
    expect(needed('REVOKE ALL ON SCHEMA public FROM PUBLIC')).to.eql(['public']);
    expect(needed('GRANT a TO b WITH ADMIN OPTION')).to.eql(['b']);
  });

  it('need no role where "owner" is a column or a comment', () => {
    expect(needed('CREATE TABLE t (owner text)')).to.eql([]);
    expect(needed('CREATE DATABASE a -- OWNER b\n')).to.eql([]);
    expect(needed("CREATE EXTENSION pg_stat_statements; SELECT 'owner to b'")).to.eql([]);
  });

  it('create roles and databases', () => {
    expect(statementsOf('CREATE ROLE a LOGIN; CREATE USER "B"; CREATE DATABASE c').map((s) => s.createsRole)).to.eql([
      'a',
      'B',
      undefined,
    ]);
    expect(statementsOf('CREATE DATABASE c')[0]!.createsDatabase).to.equal('c');
  });

  it('are opaque where they are procedural', () => {
    expect(statementsOf('DO $$ BEGIN EXECUTE x; END $$')[0]!.isProcedural).to.equal(true);
  });
});
