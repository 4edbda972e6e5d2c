/** A restored copy whose data bring the code of their owners, on a real PostgreSQL. Needs root on Linux; skipped with the reason elsewhere. */
import { expect } from 'chai';
import { after, before, describe, it } from 'mocha';
import pg from 'pg';
import { postgresFor, type TestPostgres } from '../../load/test-postgres.ts';
import { prepareSchema } from '../../load/writers/ledger.ts';
import { catalogueOnly } from '../../stacks/cluster/connect.ts';
import { prove } from './prove.ts';

describe('the proof of a restored copy, whose data bring the code of their owners', function () {
  this.timeout(120_000);
  let postgres: TestPostgres | undefined;
  let admin: pg.Client;
  before(async function () {
    postgres = await postgresFor(this);
    admin = await as('postgres', postgres.endpoint.password);
    await admin.query(`create role drill login password 'drill'; create role mallory login password 'mallory';
      grant create on database postgres to drill, mallory`);
    const drill = await as('drill', 'drill');
    await prepareSchema(drill, []);
    await drill.query('insert into pgdrill.ledger (worker, op) values (1, 1), (1, 2)').finally(() => drill.end());
    const mallory = await as('mallory', 'mallory');
    // Planning a question about the table evaluates the function.
    await mallory
      .query(`create schema evil; create function evil.fold(int) returns int immutable language plpgsql as $$ begin
          -- Where amcheck runs it PostgreSQL refuses to change the role.
          begin perform set_config('role', 'none', true); exception when others then null; end;
          if (select rolsuper from pg_catalog.pg_roles where rolname = current_user) then
            raise exception 'it ran as %', current_user; end if;
          return $1; end $$;
        create table evil.numbers (id serial, a int); insert into evil.numbers (a) values (1);
        create index numbers_folded on evil.numbers ((a + evil.fold(1)));
        create function evil.whoami() returns text language plpgsql volatile as $$ begin
          perform set_config('role', 'none', true); return session_user; end $$;
        create view evil.pg_roles as select evil.whoami() as rolname`)
      .finally(() => mallory.end());
    await admin.query("create role bank login password 'secret'");
    await admin.query('alter database postgres set search_path = evil, public, pg_catalog');
  });
  after(async () => {
    await admin?.end();
    await postgres?.[Symbol.asyncDispose]();
  });

  async function as(user: string, password: string, options?: string): Promise<pg.Client> {
    const { host, port, database } = postgres!.endpoint;
    const client = new pg.Client({ host, port, user, password, database, ...(options && { options }) });
    await client.connect();
    return client;
  }
  const restored = (login: boolean) => ({
    instance: { kind: 'instance' as const, name: 'restored-1', host: '', address: '' },
    facts: {} as never,
    connect: () => as('postgres', postgres!.endpoint.password, catalogueOnly),
    ...(login && { login: (user: string, password: string) => as(user, password) }),
    [Symbol.asyncDispose]: async () => {},
  });
  const assertions = [{ name: 'who', sql: 'select rolname from evil.pg_roles', expect: 'postgres' }];

  it('finds the ledger, the sequences and whole relations, and runs that code as the reader alone', async () => {
    const proof = await prove(restored(true), assertions);
    expect(proof).to.deep.include({ rows: 2, damagedRows: 0, corruption: [], workers: { 1: [[1, 2]] } });
    expect(proof.roles).to.have.members(['bank', 'drill', 'mallory', 'postgres']);
    expect(proof.sequences).to.deep.include({ name: 'evil.numbers_id_seq', last: 1, max: 1 });
    expect(proof.assertions?.[0]).to.include({ expected: 'postgres', holds: false });
    expect(proof.assertions?.[0]?.got).to.match(/^pgdrill_reads_[0-9a-f]{16}$/);
  });

  it('shows no verifier of a password to a function behind an index', async () => {
    await admin.query(`create table evil.peeks (id serial);
      create function evil.peek(int) returns int immutable language plpgsql as $$ begin
        if current_user like 'pgdrill\\_reads\\_%' then raise exception 'seen %',
          (select rolpassword from pg_catalog.pg_authid where rolname = 'bank'); end if; return 1; end $$;
      create index on evil.peeks (id) where evil.peek(1) = 1`);
    const { corruption } = await prove(restored(true)).finally(() => admin.query('drop table evil.peeks'));
    expect(corruption).to.deep.equal(['permission denied for table pg_authid']);
  });

  it('would run it in a superuser’s session that became the reader', async () => {
    const { corruption, assertions: [answer] = [] } = await prove(restored(false), assertions);
    expect(corruption).to.deep.equal(['it ran as postgres']);
    expect(answer?.got).to.equal('postgres');
  });
});
