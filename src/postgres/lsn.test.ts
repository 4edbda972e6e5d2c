import { expect } from 'chai';
import { lsnText } from './lsn.ts';

describe('a WAL position', () => {
  it('is written as PostgreSQL writes it', () => {
    expect(lsnText(0x16_b374d848)).to.equal('16/B374D848');
    expect(lsnText(0x3000060)).to.equal('0/3000060');
    expect(lsnText(0xffffffff * 2 ** 20)).to.equal('FFFFF/FFF00000');
  });
});
