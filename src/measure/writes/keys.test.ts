import { expect } from 'chai';
import type { Column } from '../../journal/columns/narrow.ts';
import type { EventOf } from '../../journal/event.ts';
import { synthetic } from '../../journal/synthetic.ts';
import { match, missingKeys, repeatedKeys } from './keys.ts';

/** One worker with the ops 0 … 29. */
const ops = async () => (await synthetic({ seconds: 30 }).writes({ workers: 1, perSecond: 1 }).run()).ops;
/** A finished column is an array all the same, here of numbers up to 127. */
const written = (column: Column) => column as Int8Array;
const ledger = (workers: EventOf<'ledger'>['workers']) => ({ workers }) as EventOf<'ledger'>;

describe('matching writes with rows', () => {
  it('takes ranges in any order, and counts keys once where they overlap', async () => {
    const found = match(
      await ops(),
      ledger({
        0: [
          [10, 20],
          [0, 5],
          [15, 22],
          [23, 24],
        ],
      }),
    );
    expect(found.keys).to.equal(21);
    expect(Array.from({ length: 30 }, (_, row) => (found.has(row) ? 1 : 0))).to.deep.equal(
      Array.from({ length: 30 }, (_, i) => (i <= 5 || (i >= 10 && i <= 24) ? 1 : 0)),
    );
    expect(found.foreign).to.equal(0);
  });

  it('finds foreign keys before, between and after the writes', async () => {
    const some = await ops();
    written(some.op).set([40], 7);
    const found = match(
      some,
      ledger({
        0: [
          [5, 9],
          [28, 31],
        ],
        3: [[1, 2]],
      }),
    );
    expect(found.foreignKeys).to.deep.equal([
      [0, 7],
      [0, 30],
      [0, 31],
      [3, 1],
      [3, 2],
    ]);
    expect(found.foreign).to.equal(5);
  });

  it('counts all foreign keys, and lists the first 1,000', async () => {
    const found = match(await ops(), ledger({ 9: [[1, 1_500]] }));
    expect(found.foreign).to.equal(1_500);
    expect(found.foreignKeys).to.have.length(1_000);
    expect(found.foreignKeys.at(-1)).to.deep.equal([9, 1_000]);
  });

  it('counts the writes that lie between those of a worker, and before the first', async () => {
    expect(missingKeys(await ops())).to.equal(0);
    const some = await ops();
    written(some.op).set([40], 7);
    expect(missingKeys(some), '7 and 30 to 39').to.equal(11);
    const late = await ops();
    written(late.op).set([30], 0);
    expect(missingKeys(late), 'the first').to.equal(1);
  });

  it('finds writes that came in another order than that of their keys', async () => {
    const some = await ops();
    written(some.op).set([2, 1], 1);
    const { has } = match(some, ledger({ 0: [[1, 1]] }));
    expect([0, 1, 2, 3].filter(has)).to.deep.equal([2]);
    expect(repeatedKeys(some)).to.deep.equal([]);
  });

  it('names keys that two writes have', async () => {
    const some = await ops();
    written(some.op).set([5], 20);
    expect(repeatedKeys(some)).to.deep.equal([[0, 5]]);
  });
});
