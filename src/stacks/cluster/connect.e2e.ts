/** A superuser's session in a database that somebody else owns. Needs root on Linux; skipped with the reason elsewhere. */
import { expect } from 'chai';
import { describe, it } from 'mocha';
import pg from 'pg';
import { postgresFor } from '../../load/test-postgres.ts';
import { connect } from '../../load/writers/connect.ts';
import { catalogueOnly } from './connect.ts';
import { standbysOf } from './look.ts';

describe('a superuser’s session', function () {
  this.timeout(60_000);

  it('does not see what the owner of the database puts before the system catalogue', async function () {
    await using postgres = await postgresFor(this);
    const { host, port, user, password, database } = postgres.endpoint;
    const owner = await connect(postgres.endpoint);
    await owner.query(`create view public.pg_stat_replication as select 'forged' as application_name,
      'streaming' as state, pg_current_wal_lsn() as replay_lsn`);
    await owner.query(`alter database ${pg.escapeIdentifier(database)} set search_path = public, pg_catalog`);
    await owner.query('create role other; grant select on public.pg_stat_replication to other');
    await owner.query(`alter database ${pg.escapeIdentifier(database)} set role = other`);
    await owner.end();
    const standbys = async (options?: string): Promise<string[]> => {
      const client = new pg.Client({ host, port, user, password, database, ...(options && { options }) });
      await client.connect();
      return standbysOf(client)
        .then((found) => found.map(({ name }) => name))
        .finally(() => client.end());
    };
    const client = new pg.Client({ host, port, user, password, database, options: catalogueOnly });
    await client.connect();
    expect((await client.query('select current_user as name')).rows).to.deep.equal([{ name: user }]);
    await client.end();
    expect(await standbys(), 'without the setting the view is asked').to.deep.equal(['forged']);
    expect(await standbys(catalogueOnly)).to.deep.equal([]);
  });
});
