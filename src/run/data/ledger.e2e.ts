/**
 * The tables of a drill in a database where others create too, on a real PostgreSQL: none of their code runs with more rights
 * than the load's own role has. Needs root on Linux; skipped with the reason elsewhere.
 */
import { expect } from 'chai';
import { after, before, beforeEach, describe, it } from 'mocha';
import type { Client } from 'pg';
import type { Instance } from '../../faults/target.ts';
import { postgresFor, type TestPostgres } from '../../load/test-postgres.ts';
import { connect } from '../../load/writers/connect.ts';
import { refuseForeignSchema } from '../../stacks/cluster/schema.ts';
import { prepareLedger, readLedgerOf } from './ledger.ts';

const instance: Instance = { kind: 'instance', name: 'pg-1', host: 'node', address: '127.0.0.1' };

describe('the ledger of a drill, where others may create in the database', function () {
  this.timeout(60_000);
  let postgres: TestPostgres | undefined;
  let admin: Client;
  before(async function () {
    postgres = await postgresFor(this);
    admin = await connect(postgres.endpoint);
    await admin.query(`create role drill login password 'drill'; create role mallory login password 'mallory';
      grant create on database postgres to drill, mallory; grant create on schema public to drill, mallory;
      create table public.caught (who text, super text); grant all on public.caught to public;
      create function public.catch() returns void language plpgsql as $$ begin
        perform set_config('role', 'none', false);
        insert into public.caught values (current_user, current_setting('is_superuser')); end $$;
      create function public.trap() returns trigger language plpgsql as $$ begin
        perform public.catch(); return null; end $$`);
  });
  beforeEach(() => admin.query('drop schema if exists pgdrill cascade; truncate public.caught'));
  after(async () => {
    await admin?.end();
    await postgres?.[Symbol.asyncDispose]();
  });

  const as = (user: string): Promise<Client> => connect({ ...postgres!.endpoint, user, password: user });
  /** A cluster of somebody else's: the load's user logs in. */
  const cluster = () => ({
    primary: async () => instance,
    connect: () => connect(postgres!.endpoint),
    connectAsLoad: () => as('drill'),
    endpoints: () => [{ ...postgres!.endpoint, user: 'drill', password: 'drill' }],
  });
  /** As on a stack of the harness's own, and as on every stack before. */
  const ownStack = () => ({ primary: async () => instance, connect: () => connect(postgres!.endpoint) });
  const prepare = (open: ReturnType<typeof ownStack>, setup?: string) =>
    prepareLedger(open, {
      streams: [{ name: 'direct', endpoint: cluster().endpoints()[0]! } as never],
      load: { ...(setup && { setup }) } as never,
    }).then(
      () => undefined,
      (error: Error) => error.message,
    );
  const caught = async () => (await admin.query('select who, super from public.caught')).rows;
  const plant = async (sql: string) => {
    const mallory = await as('mallory');
    await mallory.query(sql).finally(() => mallory.end());
  };
  const tables = `create schema pgdrill; create table pgdrill.ledger (worker int, op int);
    create table pgdrill.probe (stream text primary key, slot bigint);
    grant all on schema pgdrill to public; grant all on all tables in schema pgdrill to public;`;
  const triggers = `create trigger trap before truncate on pgdrill.ledger execute function public.trap();
    create trigger trap before insert on pgdrill.probe for each row execute function public.trap();`;

  it('is made and emptied, and made again', async () => {
    expect(await prepare(cluster())).to.equal(undefined);
    expect(await prepare(cluster())).to.equal(undefined);
    const { rows } = await admin.query(`select relname, relowner::regrole::text as owner from pg_class
      where relnamespace = 'pgdrill'::regnamespace and relkind = 'r' order by 1`);
    expect(rows).to.deep.equal(['ledger', 'probe'].map((relname) => ({ relname, owner: 'drill' })));
  });

  for (const [what, sql] of [
    ['the schema with tables and triggers', `${tables} ${triggers}`],
    ['the schema with tables alone', tables],
    ['the schema alone', 'create schema pgdrill; grant all on schema pgdrill to public'],
    [
      'the schema with a view',
      'create schema pgdrill; create view pgdrill.ledger as select public.catch() is null as worker',
    ],
  ] as const)
    it(`is refused where another role plants ${what} after the look and before the preparation`, async () => {
      await refuseForeignSchema(admin, 'postgres', 'drill');
      await plant(sql);
      expect(await prepare(cluster())).to.match(/should be plain ones that its role made, but it found .* of mallory/);
      expect(await caught()).to.deep.equal([]);
    });

  it('is refused where a trigger that its role made waits on a table', async () => {
    await prepare(cluster());
    const drill = await as('drill');
    await drill.query(triggers).finally(() => drill.end());
    expect(await prepare(cluster())).to.contain('found pgdrill.ledger, pgdrill.probe; drop the schema');
    expect(await caught()).to.deep.equal([]);
  });

  it('runs what the scenario prepares as the login of the role, which cannot return to a superuser', async () => {
    const setup = 'reset role; reset session authorization; select public.catch()';
    expect(await prepare(cluster(), setup)).to.equal(undefined);
    expect(await caught()).to.deep.equal([{ who: 'drill', super: 'off' }]);
    await admin.query('truncate public.caught');
    await prepare(ownStack(), setup);
    expect(await caught(), 'a superuser’s session that became the role returns').to.deep.equal([
      { who: 'postgres', super: 'on' },
    ]);
  });

  it('is read as the login of the role, whatever its owner put in its place', async () => {
    const drill = await as('drill');
    await drill
      .query(`create schema pgdrill; create function pgdrill.one() returns int language plpgsql volatile as $$ begin
          perform set_config('role', 'none', false);
          if current_setting('is_superuser') = 'on' then raise exception 'it ran as a superuser'; end if;
          return 1; end $$;
        create view pgdrill.ledger as select pgdrill.one() as worker, 1 as op`)
      .finally(() => drill.end());
    const { connectAsLoad, ...superuser } = cluster();
    const read = await readLedgerOf({ ...superuser, connectAsLoad }, instance, 'primary');
    expect(read).to.include({ rows: 1, timeline: 1 });
    const error = await readLedgerOf(superuser, instance, 'primary').catch((reason: Error) => reason);
    expect(String(error)).to.contain('it ran as a superuser');
  });

  it('is prepared and read with the names of the catalogue, wherever the owner of the database points those of others', async () => {
    await plant(`create schema evil; grant usage on schema evil to public;
      create function evil.trap(pg_catalog.text) returns boolean language plpgsql as $$ begin
        perform public.catch(); return true; end $$;
      create domain evil.text as pg_catalog.text check (evil.trap(value))`);
    await admin.query('alter database postgres set search_path = evil, pg_catalog');
    try {
      const open = cluster();
      const plan = {
        streams: [{ name: 'direct', endpoint: open.endpoints()[0]! } as never],
        load: { api: {} } as never,
      };
      await prepareLedger(open, { ...plan, transactionEndpoints: open.endpoints() });
      expect(await readLedgerOf(open, instance, 'primary')).to.include({ rows: 0, timeline: 1 });
      const { rows } = await admin.query(`select c.relname, a.attname from pg_catalog.pg_attribute a
        join pg_catalog.pg_class c on c.oid = a.attrelid
        where a.atttypid = 'evil.text'::pg_catalog.regtype and c.relnamespace = 'pgdrill'::pg_catalog.regnamespace`);
      expect(rows).to.deep.equal([]);
      expect(await caught()).to.deep.equal([]);
    } finally {
      await admin.query('alter database postgres reset search_path; drop schema evil cascade');
    }
  });
});
