import { expect } from 'chai';
import { counted, exactly, inSeconds, measured, sampled, unmeasurable } from './measured.ts';

describe('a measurement', () => {
  it('names the unit of its metric, and carries at most 20 records of evidence, each once', () => {
    const records = Array.from({ length: 30 }, (_, i) => i >> 1);
    expect(exactly('lostBytes', 5, records)).to.deep.equal({
      ...{ metric: 'lostBytes', unit: 'bytes', value: 5, lower: 5, upper: 5 },
      evidence: Array.from({ length: 15 }, (_, i) => i),
    });
    const many = Array.from({ length: 30 }, (_, i) => i);
    expect(measured('lostBytes', { value: 1, lower: 0, upper: 2, evidence: many }).evidence).to.have.length(20);
  });

  it('says why it is none', () => {
    expect(unmeasurable('residue', 'nobody looked')).to.deep.include({
      value: null,
      note: 'not measurable: nobody looked',
    });
  });

  it('shows the first, the middle and the last of its evidence', () => {
    expect(sampled([])).to.deep.equal([]);
    expect(sampled([4])).to.deep.equal([4]);
    expect(sampled([1, 2, 3, 4, 5])).to.deep.equal([1, 3, 5]);
  });

  it('is put in words for people', () => {
    expect([counted(1, 'write'), counted(8412, 'write')]).to.deep.equal(['1 write', '8,412 writes']);
    expect([45_180, 990, -40, 0].map(inSeconds)).to.deep.equal(['45.2', '0.99', '-0.04', '0.0']);
  });
});
