/** The workload list-append against a real PostgreSQL, judged by the level it asked for and by a stricter one. */
import { expect } from 'chai';
import { judgeIsolation } from '../../isolation/judge.ts';
import type { IsolationLevel } from '../../isolation/levels.ts';
import type { EventOf } from '../../journal/event.ts';
import { checkedTransactions, historyOf } from '../../journal/transactions/history.ts';
import { postgresFor, type TestPostgres } from '../test-postgres.ts';
import { recordedTransactions } from './test-recorded.ts';

const seconds = 6;

describe('the workload list-append on a real PostgreSQL', () => {
  let postgres: TestPostgres;
  before(async function () {
    postgres = await postgresFor(this);
  });
  after(async () => {
    await postgres?.[Symbol.asyncDispose]();
  });

  const recorded = (isolation: IsolationLevel): Promise<EventOf<'txn'>[]> =>
    recordedTransactions({ transactionEndpoints: [postgres.endpoint] }, { isolation }, seconds);
  const judged = (batches: readonly EventOf<'txn'>[], level: IsolationLevel) =>
    judgeIsolation(historyOf(batches), level);

  for (const level of ['read committed', 'repeatable read', 'serializable'] as const)
    it(`shows no anomaly under ${level}`, async () => {
      const batches = await recorded(level);
      batches.forEach(checkedTransactions);
      const { counts, lacks, transactions } = judged(batches, level);
      expect({ counts, lacks }).to.deep.equal({ counts: {}, lacks: undefined });
      expect(transactions.ok).to.be.greaterThan(200);
      expect(transactions.unknown).to.equal(0);
      const { outcome, operations } = batches.at(-1)!;
      expect([outcome.at(-1), operations.at(-1)! > 9], 'the last read').to.deep.equal([0, true]);
    });

  it('shows read skew under read committed, where repeatable read is asked for', async () => {
    const { counts } = judged(await recorded('read committed'), 'repeatable read');
    expect(counts['G-single'] ?? 0, JSON.stringify(counts)).to.be.greaterThan(0);
  });

  it('shows write skew under repeatable read, where serializable is asked for', async () => {
    const { counts } = judged(await recorded('repeatable read'), 'serializable');
    expect(Object.keys(counts)).to.deep.equal(['G2-item']);
  });
});
