/** Assertions against a real PostgreSQL: what they may not do. Needs root on Linux; skipped with the reason elsewhere. */
import { expect } from 'chai';
import { after, before, it } from 'mocha';
import type { Client } from 'pg';
import { postgresFor, type TestPostgres } from '../load/test-postgres.ts';
import { describeOnServers } from '../load/test-servers.ts';
import { connect } from '../load/writers/connect.ts';
import { type Answered, askAssertions, refuseWrongAssertions } from './assertion.ts';
import { withReader } from './reader.ts';

describeOnServers('an assertion, on a real PostgreSQL', function (programs) {
  this.timeout(60_000);
  let postgres: TestPostgres | undefined;
  let client: Client | undefined;
  before(async function () {
    postgres = await postgresFor(this, programs);
    client = await connect(postgres.endpoint);
    await client.query('create table orders (a int); insert into orders values (1), (2)');
    await client.query('alter table orders enable row level security');
  });
  after(async () => {
    await client?.end();
    await postgres?.[Symbol.asyncDispose]();
  });

  const named = (sql: string) => [{ name: 'orders', sql, expect: { min: 0 } }];
  const login = (user: string, password: string) => connect({ ...postgres!.endpoint, user, password });
  const ask = async (sql: string, by: typeof login | undefined = login): Promise<Answered> =>
    (await withReader(client!, by, (reader) => askAssertions(reader, named(sql))))[0]!;
  const orders = async () => (await client!.query('select count(*) as n from orders')).rows[0].n;

  it('reads every row, those too that a policy hides from others', async () => {
    expect(await ask('select count(*) from orders')).to.include({ got: '2', holds: true });
  });

  for (const sql of ['select 1; commit; delete from orders', 'select 1) ; commit ; delete from orders --'])
    it(`is refused where it holds a second statement: ${sql}`, async () => {
      const error = await refuseWrongAssertions(client!, named(sql)).then(
        () => undefined,
        (thrown: Error) => thrown,
      );
      expect(error?.message).to.match(/is not a query that this database understands/);
      expect((await ask(sql)).holds).to.equal(false);
      expect(await orders()).to.equal('2');
    });

  for (const [what, sql] of [
    ['sessions', 'select count(*) from pg_stat_activity'],
    ['databases', 'select count(*) from pg_database'],
    ['roles', "select count(*) from pg_roles where rolname = 'postgres' and rolpassword = '********'"],
    ['columns', "select count(*) from information_schema.columns where table_name = 'orders'"],
    ['statistics of tables', "select count(*) from pg_stat_user_tables where relname = 'orders'"],
  ] as const)
    it(`reads what the catalogue shows to every role: ${what}`, async () => {
      const { got } = await ask(sql);
      expect(Number(got), got).to.be.greaterThan(0);
    });

  for (const [what, sql] of [
    ['verifiers of passwords', 'select rolpassword from pg_authid limit 1'],
    ['passwords of roles', 'select passwd from pg_shadow limit 1'],
    ['accounts of subscriptions', 'select subconninfo from pg_subscription'],
    ['accounts of foreign servers', 'select umoptions from pg_user_mapping'],
  ] as const)
    it(`reads no secrets of the catalogue: ${what}`, async () => {
      const answer = await ask(sql);
      expect(answer.holds).to.equal(false);
      expect(answer.got).to.match(/^permission denied for /);
    });

  it('reads every schema and sequence of the users, whatever their names', async () => {
    await client!.query(`create schema "of ""A"""; create table "of ""A""".t (id serial); insert into "of ""A""".t default values;
      revoke all on schema "of ""A""" from public`);
    expect(
      (await ask('select (select count(*) from "of ""A""".t) + last_value from "of ""A""".t_id_seq')).got,
    ).to.equal('2');
  });

  it('is asked in a session that begins read-only', async () => {
    const shown = await withReader(client!, login, (reader) => reader.query('show default_transaction_read_only'));
    expect(shown.rows).to.deep.equal([{ default_transaction_read_only: 'on' }]);
  });

  it('keeps the beginning of a long answer, and of a long error', async () => {
    const { got, holds } = await ask("select repeat('1', 600)");
    expect(got).to.match(/^1{500}… \(600 characters\)$/);
    expect(holds, 'the whole answer is judged').to.equal(true);
    expect((await ask("select cast(repeat('x', 600) as int)")).got).to.match(/ characters\)$/);
  });

  for (const when of ['enable', 'enable always', 'enable replica'])
    it(`runs no trigger on events for the role that reads: ${when}`, async () => {
      await client!.query(`create or replace function forbid() returns event_trigger language plpgsql as $$ begin
          raise exception 'it ran as %', current_user; end $$;
        create event trigger forbid on ddl_command_start execute function forbid();
        alter event trigger forbid ${when}`);
      const { got } = await ask('select count(*) from orders').finally(() =>
        client!.query('drop event trigger forbid'),
      );
      expect(got).to.equal('2');
    });

  it('reads what belongs to an extension only where its owner lets others read it', async () => {
    await client!.query(`create schema ext; create table ext.accounts (id serial, dsn text);
      create table ext.known (a int); insert into ext.known values (1); grant select on ext.known to public;
      alter extension plpgsql add table ext.accounts; alter extension plpgsql add sequence ext.accounts_id_seq;
      alter extension plpgsql add table ext.known`);
    expect((await ask('select dsn from ext.accounts')).got).to.equal('permission denied for table accounts');
    expect((await ask('select last_value from ext.accounts_id_seq')).got).to.match(/^permission denied for sequence/);
    expect((await ask('select count(*) from ext.known')).got).to.equal('1');
  });

  it('finds no schema named like the role that reads before that of the users', async () => {
    await client!.query('create schema pgdrill_assertions; create table pgdrill_assertions.orders (a int)');
    expect((await ask('select count(*) from orders')).got).to.equal('2');
    const names = [
      await ask('select current_user::text || current_schemas(false)::text'),
      await ask('select current_user::text || current_schemas(false)::text'),
    ];
    for (const { got } of names) expect(got).to.match(/^pgdrill_reads_[0-9a-f]{16}\{public\}$/);
    expect(names[0]?.got).not.to.equal(names[1]?.got);
  });

  it('stays in its transaction, whatever a function of the data sets', async () => {
    await client!.query(`create function keep() returns int language plpgsql security definer as $$ begin
        insert into orders values (3); return 1; end $$;
      create function leave() returns int language plpgsql as $$ begin
        perform set_config('default_transaction_read_only', 'off', false);
        begin perform set_config('transaction_read_only', 'off', true); exception when others then null; end;
        return keep(); end $$`);
    await withReader(client!, login, async (reader) => {
      const answers = await askAssertions(reader, [...named('select leave()'), ...named('select keep()')]);
      for (const { got } of answers) expect(got).to.equal('cannot execute INSERT in a read-only transaction');
    });
    expect(await orders()).to.equal('2');
  });

  for (const [what, sql] of [
    ['deletes', 'with gone as (delete from orders returning 1) select count(*) from gone'],
    ['reads a file', "select pg_read_file('/etc/passwd')"],
    ['runs a program', "copy orders to program 'true'"],
    ['ends a session', 'select pg_terminate_backend(pid) from pg_stat_activity where pid <> pg_backend_pid()'],
    ['changes a setting', 'alter system set fsync = off'],
  ] as const)
    it(`does not hold where it ${what}`, async () => {
      const answer = await ask(sql);
      expect(answer.holds, answer.got).to.equal(false);
      expect(answer.got).to.match(/permission denied|read-only|must be (a )?superuser|transaction block/);
      expect(await orders()).to.equal('2');
    });

  it('runs no function behind a view on the database that is asked beforehand', async () => {
    await client!.query(`create function trap() returns int language plpgsql immutable as $$ begin
        perform set_config('role', 'none', true); raise exception 'it ran as %', current_user; end $$;
      create view trapped as select a from orders where a = trap()`);
    await refuseWrongAssertions(client!, named('select count(*) from trapped'));
    const planned = await client!.query('explain select count(*) from trapped').catch((error: Error) => error);
    expect(String(planned), 'planning runs it').to.contain('it ran');
  });

  it('is parsed with the rights of the session alone, since the checks of a domain run for its literals', async () => {
    await client!.query(`create function chk(text) returns boolean language plpgsql as $$ begin
        perform set_config('role', 'postgres', true); raise exception 'it ran as %', current_user; end $$;
      create domain dom as text check (chk(value)); create table tagged (tags dom[]); create role reads;
      grant select on tagged to reads; create role drill login password 'drill' in role reads`);
    const asRole = await connect({ ...postgres!.endpoint, user: 'drill', password: 'drill' });
    const refused = await refuseWrongAssertions(asRole, named("select count(*) from tagged where tags @> '{a}'"))
      .catch((error: Error) => error)
      .finally(() => asRole.end());
    expect(String(refused)).to.contain('permission denied to set role').and.not.contain('it ran');
  });

  it('runs the functions of the data as a login of the reader, which cannot return to a superuser', async () => {
    await client!.query(`create function whoami() returns text language plpgsql volatile as $$ begin
        perform set_config('role', 'none', true);
        return session_user || ', a superuser: ' || current_setting('is_superuser'); end $$;
      create view looks as select whoami() as name`);
    expect((await ask('select name from looks')).got).to.match(/^pgdrill_reads_[0-9a-f]{16}, a superuser: off$/);
    const [became] = await withReader(client!, undefined, (reader) =>
      askAssertions(reader, named('select name from looks')),
    );
    expect(became?.got, 'a superuser’s session that became the role returns').to.equal('postgres, a superuser: on');
  });

  it('finds its names where users do, also in a session whose names are those of the catalogue', async () => {
    await client!.query('set search_path = pg_catalog');
    const own = await withReader(client!, undefined, (reader) =>
      askAssertions(reader, named('select count(*) from orders')),
    );
    expect(own[0]?.got).to.equal('2');
    expect((await client!.query('show search_path')).rows).to.deep.equal([{ search_path: 'pg_catalog' }]);
    await client!.query('reset search_path');
  });

  it('leaves no role behind', async () => {
    const { rows } = await client!.query("select rolname from pg_roles where rolname like 'pgdrill%'");
    expect(rows).to.deep.equal([]);
  });
});
