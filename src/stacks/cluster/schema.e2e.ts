/** What is in the drill's schema before a drill, on a real PostgreSQL. Needs root on Linux; skipped with the reason elsewhere. */
import { expect } from 'chai';
import { describe, it } from 'mocha';
import { postgresFor } from '../../load/test-postgres.ts';
import { connect } from '../../load/writers/connect.ts';
import { prepareSchema } from '../../load/writers/ledger.ts';
import { refuseForeignSchema } from './schema.ts';

describe('the schema of a drill', function () {
  this.timeout(60_000);

  it('is taken where a drill of the same role left it, and refused where anybody could have put something there', async function () {
    await using postgres = await postgresFor(this);
    const client = await connect(postgres.endpoint);
    const { database } = postgres.endpoint;
    const refusal = () =>
      refuseForeignSchema(client, database, 'drill').then(
        () => undefined,
        (error: Error) => error.message,
      );
    await client.query(`create role drill; create role app; grant create on database ${database} to drill, app`);
    expect(await refusal(), 'no schema').to.equal(undefined);
    await client.query('set role drill');
    await prepareSchema(client, []);
    await client.query('reset role');
    expect(await refusal(), 'of an earlier drill').to.equal(undefined);
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
    expect(await refusal()).to.include('with probe, f() in it');
    await client.end();
  });
});
