/** amcheck in a copy whose data bring the code of others. Needs root on Linux; skipped with the reason elsewhere. */
import { expect } from 'chai';
import { after, before, describe, it } from 'mocha';
import type { Client } from 'pg';
import { postgresFor, type TestPostgres } from '../load/test-postgres.ts';
import { connect } from '../load/writers/connect.ts';
import { amcheck } from './amcheck.ts';

describe('amcheck in a restored copy', function () {
  this.timeout(60_000);
  let postgres: TestPostgres | undefined;
  let client: Client;
  before(async function () {
    postgres = await postgresFor(this);
    client = await connect(postgres.endpoint);
    await client.query(`create table public.caught (who text); grant all on public.caught to public;
      create role mallory; grant create on schema public to mallory;
      create table public.orders (a int primary key); insert into public.orders select generate_series(1, 100)`);
  });
  after(async () => {
    await client?.end();
    await postgres?.[Symbol.asyncDispose]();
  });
  /** What calls with other parameters would choose: a literal fits an integer better than a regclass. */
  const beside = (schema: string) => `
    set role mallory;
    create function ${schema}.bt_index_check(int, boolean) returns void language plpgsql as $$ begin
      insert into public.caught values (current_user); end $$;
    create function ${schema}.verify_heapam(int) returns table (msg text) language plpgsql as $$ begin
      insert into public.caught values (current_user); end $$;
    reset role`;
  const caught = async () => (await client.query('select who from public.caught')).rows;

  it('looks through tables and indexes, and puts the extension where nobody else creates', async () => {
    const { relations, corruption } = await amcheck(client);
    expect(relations).to.be.greaterThan(100);
    expect(corruption).to.deep.equal([]);
    const { rows } = await client.query(
      `select extnamespace::regnamespace::text as schema from pg_extension where extname = 'amcheck'`,
    );
    expect(rows).to.deep.equal([{ schema: 'pg_catalog' }]);
    await client.query('reset search_path');
  });

  it('calls its own functions where the owner of the schema put others of their names beside them', async () => {
    await client.query(`drop extension if exists amcheck; create extension amcheck schema public; ${beside('public')}`);
    const oid = `'public.orders_pkey'::regclass::oid`;
    const { rows } = await client.query(`select ${oid}::text as oid`);
    await client.query(`select public.bt_index_check(${rows[0].oid}, true)`);
    expect(await caught(), 'a call by number is caught').to.deep.equal([{ who: 'postgres' }]);
    await client.query('truncate public.caught');
    expect((await amcheck(client)).corruption).to.deep.equal([]);
    expect(await caught()).to.deep.equal([]);
  });

  it('runs no expression of an index', async () => {
    await client.query(`reset search_path; create table public.held (a int); alter table public.held owner to mallory;
      set role mallory; create function public.held(int) returns int immutable language plpgsql as $$ begin
        if current_setting('drill.checks', true) = 'on' then raise exception 'it ran'; end if; return $1; end $$;
      insert into public.held values (1); create index held_index on public.held (public.held(a)); reset role;
      set drill.checks = on`);
    expect((await amcheck(client)).corruption).to.deep.equal([]);
    await client.query('reset drill.checks');
  });
});
