/** A transaction for pgdrill's own questions, on a real PostgreSQL. Needs root on Linux; skipped with the reason elsewhere. */
import { expect } from 'chai';
import { after, before, describe, it } from 'mocha';
import type { Client } from 'pg';
import { postgresFor, type TestPostgres } from '../load/test-postgres.ts';
import { connect } from '../load/writers/connect.ts';
import { readWithOwnNames } from './own-names.ts';

describe('a transaction for pgdrill’s own questions', function () {
  this.timeout(60_000);
  let postgres: TestPostgres | undefined;
  let client: Client | undefined;
  before(async function () {
    postgres = await postgresFor(this);
    client = await connect(postgres.endpoint);
    await client.query('create table orders (a int)');
  });
  after(async () => {
    await client?.end();
    await postgres?.[Symbol.asyncDispose]();
  });
  const asked = (text: string) => readWithOwnNames(client!, (ask) => ask(text)).catch((error: Error) => error.message);

  it('refuses a text that holds a second statement', async () => {
    expect(await asked('select 1; commit; insert into public.orders values (1)')).to.equal(
      'cannot insert multiple commands into a prepared statement',
    );
    expect((await client!.query('select from orders')).rows).to.have.length(0);
  });

  it('cannot write, and finds no table of the users without its schema', async () => {
    expect(await asked('insert into public.orders values (1)')).to.match(/read-only transaction/);
    expect(await asked('select from orders')).to.equal('relation "orders" does not exist');
  });

  it('leaves no setting and no transaction behind', async () => {
    await asked(
      "select set_config('search_path', 'pg_catalog', false), set_config('default_transaction_read_only', 'on', false)",
    );
    expect((await client!.query('show search_path')).rows[0].search_path).to.contain('public');
    await client!.query('insert into orders values (1)');
    expect((await client!.query('select pg_current_xact_id_if_assigned() as x')).rows).to.deep.equal([{ x: null }]);
  });
});
