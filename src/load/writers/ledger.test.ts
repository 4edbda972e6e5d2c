import { expect } from 'chai';
import { lsnBytes } from '../../postgres/lsn.ts';
import { parseHistory } from './ledger.ts';

describe('a timeline history file', () => {
  const text = '1\t0/5000098\tno recovery target specified\n\n2\t1/A0000028\tno recovery target specified\n';

  it('says where each timeline forked off its parent', () => {
    expect(parseHistory(text, 3)).to.deep.equal([
      { timeline: 2, lsn: 0x5000098 },
      { timeline: 3, lsn: 2 ** 32 + 0xa0000028 },
    ]);
  });

  it('may be missing: then no fork is known', () => {
    expect(parseHistory('', 2)).to.deep.equal([]);
  });
});

describe('an LSN', () => {
  it('is a byte position', () => {
    expect(lsnBytes('0/0')).to.equal(0);
    expect(lsnBytes('16/B374D848')).to.equal(0x16b374d848);
  });
});
