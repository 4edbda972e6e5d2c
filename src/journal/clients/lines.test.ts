import { expect } from 'chai';
import type { JournalEvent } from '../event.ts';
import { LineOrder } from '../line-order.ts';
import { firstWorkerOf, programOf } from './lines.ts';

describe('the lines of client programs', () => {
  it('belong to a program by the numbers of their workers', () => {
    expect([0, 1_099, 9_999].map(programOf)).to.deep.equal([-1, -1, -1]);
    expect([firstWorkerOf(0), firstWorkerOf(1)].map(programOf)).to.deep.equal([0, 1]);
  });

  it('may overtake those of the load, whose batches come by another way, and not each other', () => {
    const order = new LineOrder();
    const op = (seq: number, tUs: number, worker: number) =>
      ({ kind: 'op', seq, tUs, worker: [worker] }) as JournalEvent;
    expect(order.problemOf(op(0, 3_000_000, firstWorkerOf(0)))).to.equal(undefined);
    expect(order.problemOf(op(1, 1_500_000, 7))).to.equal(undefined);
    expect(order.problemOf(op(2, 1_500_000, firstWorkerOf(1)))).to.equal(undefined);
    expect(order.problemOf(op(3, 1_500_000, firstWorkerOf(0)))).to.match(
      /the clock goes back: line 3 \(op of client program 0\)/,
    );
  });
});
