import { expect } from 'chai';
import { describe, it } from 'mocha';
import { isOver, readRecord } from './timed-record.ts';

const ahead = { aheadNs: 1_000n, plusMinusNs: 10n };
const text = 'began 2000 2100\nproved 2200 2300 5 6\nended 9000 9100 time\n';

describe('the record of a timed action', () => {
  it('is put on our clock, widened by what is not known of the node’s', () => {
    expect(readRecord(text, ahead, 'a')).to.deep.equal({
      began: { beforeNs: 990n, afterNs: 1_110n },
      proved: { beforeNs: 1_190n, afterNs: 1_310n, counts: [5, 6] },
      ended: { beforeNs: 7_990n, afterNs: 8_110n, why: 'time' },
      left: undefined,
    });
  });

  it('is over once it ended or failed', () => {
    expect(isOver('began 1 2\n')).to.equal(false);
    expect(isOver(text)).to.equal(true);
    expect(isOver('failed no\n')).to.equal(true);
  });

  it('is refused where it does not say when it began and ended', () => {
    for (const wrong of ['', 'none', 'began 1 2\n', 'began x y\nended 1 2 time\n'])
      expect(() => readRecord(wrong, ahead, 'node-a'), wrong).to.throw('the record of node-a should say when it began');
  });
});
