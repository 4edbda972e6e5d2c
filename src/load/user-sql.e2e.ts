import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'chai';
import { startClock } from '../journal/clock.ts';
import { loadSchema } from '../scenario/load.ts';
import { postgresFor } from './test-postgres.ts';
import type { OpRow } from './writers/batch.ts';
import { connect } from './writers/connect.ts';
import { prepareSchema } from './writers/ledger.ts';
import { Writer } from './writers/writer.ts';

describe('a user’s own SQL in the load', function () {
  this.timeout(60_000);

  it('is one transaction with the write: both exist, or neither', async function () {
    await using postgres = await postgresFor(this);
    const client = await connect(postgres.endpoint);
    await prepareSchema(client, []);
    await client.query('create table orders (id int primary key, total int check (total > 0))');
    const ops: OpRow[] = [];
    const clock = startClock();
    const sql = ['insert into orders values (1, 5); select 1;', 'insert into orders values (2, 0)', 'select 7'];
    const writer = new Writer({
      ...{ worker: 3, endpoints: [postgres.endpoint], load: loadSchema.parse({ writers: 1, sql }), clock },
      ...{ connectAtUs: 0, random: () => 0.5, onOp: (row: OpRow) => ops.push(row), onConnect: () => {} },
    });
    const tending = setInterval(() => writer.tend(clock.nowUs()), 5);
    for (const _ of sql) writer.due(clock.nowUs(), clock.nowUs());
    while (!writer.settled || ops.length < sql.length) await sleep(5);
    clearInterval(tending);
    writer.close();
    // The second breaks a check of the user’s own table, and takes the write with it.
    expect(ops.map(({ outcome }) => outcome)).to.deep.equal(['ok', 'failed', 'ok']);
    expect(ops[0]!.timeline, 'the write itself answers, last').to.equal(1);
    const there = async (query: string) => (await client.query(query)).rows.map(({ n }: { n: string }) => n);
    expect(await there('select op as n from pgdrill.ledger order by op')).to.deep.equal(['0', '2']);
    expect(await there('select id as n from orders')).to.deep.equal(['1']);
    await client.end();
  });

  it('is refused where it would end the transaction with the write', () => {
    for (const sql of ['begin; select 1', 'select 1;\n commit', 'ROLLBACK', 'start  transaction'])
      expect(loadSchema.safeParse({ sql: [sql] }).success, sql).to.equal(false);
    for (const sql of ['select case when true then 1 end', "insert into t values ('commit')"])
      expect(loadSchema.safeParse({ sql: [sql] }).success, sql).to.equal(true);
  });
});
