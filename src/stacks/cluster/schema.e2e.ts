/** What is in the drill's schema before and after a drill, on a real PostgreSQL. Needs root on Linux; skipped with the reason elsewhere. */
import { expect } from 'chai';
import { after, before, beforeEach, it } from 'mocha';
import type { Client } from 'pg';
import { apiSchemaSql } from '../../load/applications/api.ts';
import { drillTables } from '../../load/process/protocol.ts';
import { sessionSchemaSql } from '../../load/sessions/sql.ts';
import { postgresFor, type TestPostgres } from '../../load/test-postgres.ts';
import { describeOnServers } from '../../load/test-servers.ts';
import { listSchemaSql } from '../../load/transactions/sql.ts';
import { connect } from '../../load/writers/connect.ts';
import { prepareSchema } from '../../load/writers/ledger.ts';
import {
  dropOwnSchema,
  dropSchema,
  hasSchema,
  holdsDrill,
  isHeld,
  refuseForeignSchema,
  refuseSuperuser,
} from './schema.ts';

describeOnServers('the schema of a drill', function (programs) {
  this.timeout(60_000);
  let postgres: TestPostgres | undefined;
  let client: Client;
  let drill: Client;
  before(async function () {
    postgres = await postgresFor(this, programs);
    client = await connect(postgres.endpoint);
    await client.query(`create role drill login password 'drill'; create role app; create schema prod authorization app;
      grant create on database postgres to drill, app; grant usage, create on schema prod to drill`);
    drill = await connect({ ...postgres.endpoint, user: 'drill', password: 'drill' });
  });
  beforeEach(() => client.query('drop schema if exists pgdrill cascade'));
  after(async () => {
    await drill?.end();
    await client?.end();
    await postgres?.[Symbol.asyncDispose]();
  });

  const refusal = () =>
    refuseForeignSchema(client, 'postgres', 'drill').then(
      () => undefined,
      (error: Error) => error.message,
    );
  const made = async () => {
    await prepareSchema(drill, []);
    await drill.query(`${apiSchemaSql}; ${listSchemaSql}; ${sessionSchemaSql}`);
  };
  const thrown = (work: Promise<unknown>): Promise<unknown> => work.catch((error: unknown) => error);

  it('is dropped with the operators of the catalogue, wherever the session looks names up first', async () => {
    await made();
    await drill.query(`create schema evil; create function evil.trap(name, name) returns boolean language plpgsql as $$ begin
        raise exception 'it ran as %', current_user; end $$;
      create operator evil.= (leftarg = name, rightarg = name, function = evil.trap);
      set search_path = evil, pg_catalog`);
    await dropOwnSchema(drill).finally(() => drill.query('reset search_path; drop schema evil cascade'));
    expect(await hasSchema(client)).to.equal(false);
  });

  it('is taken where a drill of the same role left it, with every table that a drill makes', async () => {
    expect(await refusal(), 'no schema').to.equal(undefined);
    await made();
    const { rows } = await client.query(
      `select relname from pg_class where relnamespace = 'pgdrill'::regnamespace and relkind = 'r'`,
    );
    expect(rows.map(({ relname }) => relname)).to.have.members(drillTables);
    expect(await refusal(), 'of an earlier drill').to.equal(undefined);
  });

  it('is refused where anybody could have put something there', async () => {
    await made();
    await client.query('alter table pgdrill.ledger owner to app');
    expect(await refusal()).to.include('with ledger in it, which no drill by drill made');
    await client.query(`alter table pgdrill.ledger owner to drill;
      create function public.trap() returns trigger language plpgsql as 'begin return null; end';
      create trigger trap before truncate on pgdrill.ledger execute function public.trap()`);
    expect(await refusal(), 'a trigger').to.include('with ledger in it');
    await client.query('drop trigger trap on pgdrill.ledger; alter schema pgdrill owner to app');
    expect(await refusal()).to.include('with the owner app in it');
    await client.query(`alter schema pgdrill owner to drill; drop table pgdrill.probe;
      create view pgdrill.probe as select 1 as slot; create function pgdrill.f() returns int language sql return 1`);
    expect(await refusal()).to.include('with function pgdrill.f(), view pgdrill.probe in it');
  });

  for (const [what, sql, named] of [
    ['a type', "create type pgdrill.state as enum ('open', 'paid')", 'type pgdrill.state'],
    ['a sequence', 'create sequence pgdrill.ids', 'sequence pgdrill.ids'],
    ['a domain', 'create domain pgdrill.amount as int', 'type pgdrill.amount'],
    ['a table of results', 'create table pgdrill.results (a int)', 'table pgdrill.results'],
  ] as const)
    it(`is refused, and left by the healing of a dead drill, where it has ${what}`, async () => {
      await made();
      await drill.query(sql);
      expect(await refusal()).to.include(named);
      expect(await holdsDrill(client)).to.equal(false);
      expect(await thrown(dropSchema(client))).to.satisfy(isHeld);
      expect(await thrown(dropOwnSchema(drill))).to.satisfy(isHeld);
      expect(await hasSchema(client)).to.equal(true);
    });

  it('is left where others depend on it, and nothing of theirs goes with it', async () => {
    await made();
    await drill.query('create view prod.rows as select worker from pgdrill.ledger');
    for (const drop of [() => dropSchema(client), () => dropOwnSchema(drill)])
      expect(await thrown(drop())).to.satisfy(isHeld);
    expect((await client.query('select * from prod.rows')).rows).to.deep.equal([]);
    await client.query('drop view prod.rows');
  });

  it('is dropped by its own role, which leaves that of another alone', async () => {
    await made();
    await dropOwnSchema(drill);
    expect(await hasSchema(client)).to.equal(false);
    await client.query('create schema pgdrill authorization app');
    await dropOwnSchema(drill);
    expect(await hasSchema(client)).to.equal(true);
  });

  it('is dropped by a superuser with the rights of its owner alone', async () => {
    await made();
    await client.query(`create table public.dropped (who text); grant insert on public.dropped to public;
      create function public.noted() returns event_trigger language plpgsql as $$ begin
        insert into public.dropped values (current_user); end $$;
      create event trigger noted on sql_drop execute function public.noted()`);
    await dropSchema(client);
    expect(await hasSchema(client)).to.equal(false);
    await client.query('drop event trigger noted');
    const { rows } = await client.query('select distinct who from public.dropped');
    expect(rows).to.deep.equal([{ who: 'drill' }]);
    expect((await client.query('select current_user as name')).rows).to.deep.equal([{ name: 'postgres' }]);
  });

  it('is not made by a superuser, nor by a role that may become one', async () => {
    expect(String(await thrown(refuseSuperuser(client, 'postgres')))).to.match(/the role postgres .* is a superuser/);
    await refuseSuperuser(client, 'drill');
    await refuseSuperuser(client, 'nobody of this name\n');
    await client.query('create role team; grant postgres to team; create role member; grant team to member');
    expect(String(await thrown(refuseSuperuser(client, 'member')))).to.contain('or may become one');
    for (const group of ['pg_execute_server_program', 'pg_write_server_files', 'pg_read_server_files']) {
      await client.query(`create role of_${group}; grant ${group} to of_${group}`);
      expect(String(await thrown(refuseSuperuser(client, `of_${group}`)))).to.contain(`(as a member of ${group})`);
    }
    const { rows } = await client.query<{ version: string }>(`select current_setting('server_version_num') as version`);
    await client.query('create role maker createrole');
    const maker = refuseSuperuser(client, 'maker');
    // CREATEROLE makes members of any role but superusers’ until PostgreSQL 16.
    if (Number(rows[0]!.version) >= 160_000) await maker;
    else expect(String(await thrown(maker))).to.match(/the role maker .* may become one/);
  });

  it('asks whether a role may become a superuser by the names of the catalogue, whatever its owner put before them', async () => {
    await client.query(`create role boss superuser; create table public.trapped (who text); create schema evil;
      create function evil.trap(name, name) returns boolean language plpgsql as $$ begin
        insert into public.trapped values (current_user); return $1::text = $2::text; end $$;
      create operator evil.= (leftarg = name, rightarg = name, function = evil.trap)`);
    const { rows: before } = await client.query<{ path: string }>(`select current_setting('search_path') as path`);
    await client.query('set search_path = evil, pg_catalog');
    const said = String(await thrown(refuseSuperuser(client, 'boss')));
    await client.query(`set search_path = ${before[0]!.path}`);
    expect(said).to.match(/the role boss .* is a superuser/);
    expect((await client.query('select * from public.trapped')).rows).to.deep.equal([]);
  });
});
