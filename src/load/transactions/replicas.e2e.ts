/** List-append transactions on a primary and reads on its standbys: real PostgreSQL processes with streaming replication. */
import { expect } from 'chai';
import { judgeIsolation } from '../../isolation/judge.ts';
import type { EventOf } from '../../journal/event.ts';
import { checkedTransactions, historyOf, ranOnReplicas, type Where } from '../../journal/transactions/history.ts';
import { postgresFor, TestPostgres } from '../test-postgres.ts';
import { connect } from '../writers/connect.ts';
import { recordedTransactions } from './test-recorded.ts';

const seconds = Number(process.env.PGDRILL_REPLICA_SECONDS ?? 6);

describe('list-append transactions on a real PostgreSQL and its standby', () => {
  let primary: TestPostgres;
  let standby: TestPostgres;
  before(async function () {
    this.timeout(60_000);
    primary = await postgresFor(this);
    standby = await TestPostgres.start({ standbyOf: primary });
  });
  after(async () => {
    await standby?.[Symbol.asyncDispose]();
    await primary?.[Symbol.asyncDispose]();
  });

  const recorded = (): Promise<EventOf<'txn'>[]> =>
    recordedTransactions(
      { transactionEndpoints: [primary.endpoint], replicaEndpoint: standby.endpoint },
      { isolation: 'serializable', replicaTransactionsPerSecond: 1_000 },
      seconds,
    );

  const commitsWait = async (names: string): Promise<void> => {
    const owner = await connect(primary.endpoint);
    await owner.query(`alter system set synchronous_standby_names = '${names}'`);
    await owner.query('select pg_reload_conf()').finally(() => owner.end());
  };

  for (const [how, names] of [
    ['without a commit that waits', ''],
    ['where each commit waits for the standby', '*'],
  ] as const)
    it(`reads consistent snapshots there, and shows nothing but long forks, ${how}`, async function () {
      this.timeout(60_000 + seconds * 1000);
      await commitsWait(names);
      const batches = await recorded();
      batches.forEach(checkedTransactions);
      expect(ranOnReplicas(batches)).to.equal(true);
      const judged = (where: Where, level: 'serializable' | 'repeatable read' | 'read committed') =>
        judgeIsolation(historyOf(batches, where), level);
      const own = judged('primary', 'serializable');
      const all = judged('everywhere', 'repeatable read');
      console.log(`      ${JSON.stringify([own.transactions, all.transactions, all.counts])}`);
      for (const { text, transactions } of all.anomalies.slice(0, 2))
        console.log(`      ${text}\n${transactions.map((t) => `        ${all.lines[t]}`).join('\n')}`);
      expect(own.counts).to.deep.equal({});
      expect(judged('everywhere', 'read committed').counts).to.deep.equal({});
      // PostgreSQL shows commits on a standby in the order of WAL, and on the primary in the order in which they end.
      expect(Object.keys(all.counts).filter((kind) => kind !== 'long-fork')).to.deep.equal([]);
      expect(all.transactions.ok - own.transactions.ok, 'reads on the standby').to.be.greaterThan(200);
    });
});
