import { expect } from 'chai';
import { randomFrom } from '../../random.ts';
import { TransactionPlan } from './plan.ts';
import { elementsOf, listsOf, operationSql } from './sql.ts';

describe('the plan of list-append transactions', () => {
  const made = (seed: number, n: number) => {
    const plan = new TransactionPlan(randomFrom(seed));
    return { plan, transactions: Array.from({ length: n }, () => plan.next()) };
  };

  it('uses each element of a key once, and each key for 32 appends at most', () => {
    const { plan, transactions } = made(7, 5_000);
    const appends = transactions.flat().flatMap((op) => ('append' in op ? [`${op.key} ${op.append}`] : []));
    expect(new Set(appends).size).to.equal(appends.length);
    const most = Math.max(...transactions.flat().map((op) => ('append' in op ? op.append : 0)));
    expect(most).to.equal(32);
    const keys = new Set(transactions.flat().map(({ key }) => key));
    expect(Math.max(...keys)).to.be.below(plan.keys);
    expect(plan.keys).to.be.within(appends.length / 32, appends.length / 32 + 12);
  });

  it('has one to four operations, half of them appends, and is the same for the same seed', () => {
    const { transactions } = made(7, 5_000);
    expect(new Set(transactions.map(({ length }) => length))).to.deep.equal(new Set([1, 2, 3, 4]));
    const operations = transactions.flat();
    expect(operations.filter((op) => 'append' in op).length / operations.length).to.be.closeTo(0.5, 0.02);
    expect(made(7, 50).transactions).to.deep.equal(made(7, 50).transactions);
    expect(made(8, 50).transactions).not.to.deep.equal(made(7, 50).transactions);
  });

  it('reads lists as the statements write them', () => {
    expect(operationSql({ key: 3, append: 7 })).to.include(`values (3, '7') on conflict (id)`);
    expect([elementsOf(undefined), elementsOf(null), elementsOf('7'), elementsOf('7,12')]).to.deep.equal([
      [],
      [],
      [7],
      [7, 12],
    ]);
    expect([...listsOf('3:7,12;0:1')]).to.deep.equal([
      [3, [7, 12]],
      [0, [1]],
    ]);
    expect([...listsOf('')]).to.deep.equal([]);
  });
});
