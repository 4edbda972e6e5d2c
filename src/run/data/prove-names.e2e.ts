/**
 * A restored copy whose names are those of others, who have CREATE and nothing else, on a real PostgreSQL. Needs root on Linux;
 * skipped with the reason elsewhere.
 */
import { expect } from 'chai';
import { after, afterEach, before, it } from 'mocha';
import pg from 'pg';
import { postgresFor, type TestPostgres } from '../../load/test-postgres.ts';
import { describeOnServers } from '../../load/test-servers.ts';
import { prepareSchema } from '../../load/writers/ledger.ts';
import { withReader } from '../../postgres/reader.ts';
import { catalogueOnly } from '../../stacks/cluster/connect.ts';
import { prove } from './prove.ts';

describeOnServers(
  'the proof of a restored copy, where others put names that pgdrill’s own questions could find',
  function (programs) {
    this.timeout(120_000);
    let postgres: TestPostgres | undefined;
    let admin: pg.Client;
    let mallory: pg.Client;
    const reads = "current_user like 'pgdrill\\_reads\\_%'";
    const clean = { rows: 2, damagedRows: 0, corruption: [] };

    async function as(user: string, password: string, options?: string): Promise<pg.Client> {
      const { host, port, database } = postgres!.endpoint;
      const client = new pg.Client({ host, port, user, password, database, ...(options && { options }) });
      await client.connect();
      return client;
    }
    const connect = () => as('postgres', postgres!.endpoint.password, catalogueOnly);
    const login = (user: string, password: string) => as(user, password);
    const proof = () =>
      prove({
        instance: { kind: 'instance', name: 'restored-1', host: '', address: '' },
        facts: {} as never,
        ...{ connect, login },
        [Symbol.asyncDispose]: async () => {},
      });

    before(async function () {
      postgres = await postgresFor(this, programs);
      admin = await as('postgres', postgres.endpoint.password);
      // Before PostgreSQL 15 everybody may create in public.
      await admin.query(`create role drill login password 'drill'; create role mallory login password 'mallory';
      grant create on database postgres to drill, mallory; grant create on schema public to public;
      create schema bank; create table bank.cards as select i, md5(i::text) as m from generate_series(1, 100) i;
      alter table bank.cards enable row level security`);
      const drill = await as('drill', 'drill');
      await prepareSchema(drill, []);
      await drill.query('insert into pgdrill.ledger (worker, op) values (1, 1), (1, 2)').finally(() => drill.end());
      mallory = await as('mallory', 'mallory');
      await mallory.query(`create schema mine; grant usage on schema mine to public; create table mine.loot (t text);
      create table mine.t (id serial); create table mine.big (a int); insert into mine.big values (1)`);
    });
    afterEach(async () => {
      await admin?.query('alter database postgres reset search_path; drop schema if exists evil cascade');
      await admin?.query('drop function if exists concat_ws(text, int, int, numeric, text), quote_ident(name)');
    });
    after(async () => {
      await mallory?.end();
      await admin?.end();
      await postgres?.[Symbol.asyncDispose]();
    });

    it('calls no function of theirs whose parameters fit better than the catalogue’s', async () => {
      await mallory.query(`create function public.concat_ws(text, int, int, numeric, text) returns text language plpgsql as $$
      begin raise exception 'it ran as %: %', current_user, (select string_agg(m, ',') from bank.cards); end $$`);
      const found = await withReader(admin, login, (reader) =>
        reader.query("select concat_ws('-', 1, 2, 3.0, 'x'::text)").catch((error: Error) => error),
      );
      expect(String(found), 'a session of the reader finds it').to.contain('it ran as pgdrill_reads_');
      expect(await proof()).to.deep.include(clean);
    });

    it('asks no question that they wrote, and stays in transactions that cannot write', async () => {
      await mallory.query(`
      create function mine.keep(text) returns void language sql security definer as $$ insert into mine.loot values ($1) $$;
      create function public.quote_ident(name) returns text language sql as $$ select 'id), 0) from mine.t)::float8 as max;
        commit; begin read write; select mine.keep((select string_agg(m, '','') from bank.cards)); commit; begin;
        select 1 as last, (select coalesce(max(id' $$`);
      expect(await proof()).to.deep.include(clean);
      expect((await admin.query('select * from mine.loot')).rows).to.deep.equal([]);
    });

    it('lists the catalogue’s sequences, whatever relations and types the owner of the database put before them', async () => {
      await mallory.query(`create schema evil; grant usage on schema evil to public; create domain evil.regclass as text;
      create function evil.take() returns text language plpgsql as $$ declare r text; begin
        if not ${reads} then return ''; end if; execute 'select string_agg(m, '','') from bank.cards' into r;
        return '(select 1::float8 as last_value, true as is_called) as x /* ' || r || ' */'; end $$;
      create view evil.pg_class as select evil.take() as oid, 'S'::"char" as relkind
        union all select 'evil.big t', 'r'::"char";
      create view evil.pg_depend as select evil.take() as objid, 'pg_class'::text as classid,
        'pg_class'::text as refclassid, 'a'::"char" as deptype, 'evil.big t'::text as refobjid, 1 as refobjsubid;
      create view evil.pg_attribute as select 'evil.big t'::text as attrelid, 1 as attnum, 'a'::name as attname;
      create table evil.big (a int); grant select on all tables in schema evil to public`);
      await admin.query('alter database postgres set search_path = evil, pg_catalog');
      const { sequences, corruption } = await proof();
      expect(corruption).to.deep.equal([]);
      expect(sequences.map(({ name }) => name)).to.deep.equal(['mine.t_id_seq', 'pgdrill.ledger_id_seq']);
    });

    it('looks up each question’s names in the catalogue, though a function behind the one before changed the path', async () => {
      await mallory.query(`create schema evil; grant usage on schema evil to public; create domain evil.float8 as text;
      create table evil.a (id serial); create table evil.b (id serial);
      create function evil.turn(int) returns int immutable language plpgsql as $$ begin
        if ${reads} then perform set_config('search_path', 'evil, pg_catalog', true); end if; return 1; end $$;
      create index on evil.a (id) where evil.turn(1) = 1`);
      const { sequences, corruption } = await proof();
      expect(corruption).to.deep.equal([]);
      expect(sequences.filter(({ name }) => name.startsWith('evil.'))).to.deep.equal([
        { name: 'evil.a_id_seq', last: 0, max: 0 },
        { name: 'evil.b_id_seq', last: 0, max: 0 },
      ]);
    });

    it('reads every sequence, whatever a numeric column holds', async () => {
      await mallory.query(`create schema evil; grant usage on schema evil to public;
      create table evil.huge (id numeric); insert into evil.huge values (1e400); create sequence evil.s owned by evil.huge.id;
      create table evil.odd (id numeric); insert into evil.odd values ('NaN'); create sequence evil.t owned by evil.odd.id`);
      const { sequences } = await proof();
      expect(sequences).to.deep.include({ name: 'evil.s', last: 0, max: Number.MAX_VALUE });
      expect(sequences).to.deep.include({ name: 'evil.t', last: 0, max: 0 });
    });

    it('runs no expression and no predicate of an index for amcheck, so that no owner of a table writes its findings', async () => {
      await mallory.query(`create schema evil; create table evil.big (a int); insert into evil.big values (1);
      create function evil.f(int) returns int immutable language plpgsql as $$ begin
        if session_user = 'postgres' then raise exception '%', repeat('S', 5000); end if; return 1; end $$;
      create index on evil.big (evil.f(a)); create index on evil.big (a) where evil.f(a) = 1`);
      expect((await proof()).corruption).to.deep.equal([]);
    });

    it('cuts a finding of amcheck at 500 characters, and keeps 20 of a database', async () => {
      // Only a superuser makes an operator class, whose function amcheck has to call.
      await admin.query(`create schema odd;
      create function odd.compare(int, int) returns int immutable language plpgsql as $$ begin
        if pg_catalog.current_setting('odd.broken', true) = 'on' then raise exception '%', pg_catalog.repeat('S', 5000); end if;
        return pg_catalog.btint4cmp($1, $2); end $$;
      create operator class odd.ops for type int using btree as operator 1 <, operator 2 <=, operator 3 =, operator 4 >=,
        operator 5 >, function 1 odd.compare(int, int)`);
      for (let n = 1; n <= 23; n++)
        await admin.query(
          `create table odd.t${n} as select g as a from generate_series(1, 3) g; create index on odd.t${n} (a odd.ops)`,
        );
      await admin.query('alter database postgres set odd.broken = on');
      const { corruption } = await proof();
      await admin.query('alter database postgres reset odd.broken');
      expect(corruption).to.have.length(21);
      expect(corruption[0])
        .to.match(/^postgres: odd\..*S… \(50\d\d characters\)$/)
        .and.have.length.below(530);
      expect(corruption.at(-1)).to.equal('postgres: 3 more findings');
    });

    it('keeps out the sequence of an extension that nobody else may read', async () => {
      await admin.query(`create schema ext; create table ext.accounts (id serial);
      alter extension plpgsql add table ext.accounts; alter extension plpgsql add sequence ext.accounts_id_seq`);
      const { sequences, corruption } = await proof();
      expect(corruption).to.deep.equal([]);
      expect(sequences.map(({ name }) => name)).not.to.include('ext.accounts_id_seq');
    });

    it('makes its extension without the triggers on events, those too that fire always', async () => {
      await admin.query(`drop extension if exists amcheck;
      create function public.forbid() returns event_trigger language plpgsql as $$ begin
        raise exception 'it ran as %', current_user; end $$;
      create event trigger forbid on ddl_command_start execute function public.forbid();
      alter event trigger forbid enable always`);
      const proved = await proof().finally(() => admin.query('drop event trigger forbid'));
      expect(proved).to.deep.include(clean);
    });
  },
);
