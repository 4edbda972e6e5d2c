import { readFileSync } from 'node:fs';
import { expect } from 'chai';
import { holm } from './holm.ts';

const { cases } = JSON.parse(readFileSync('fixtures/statistics/holm.json', 'utf8')) as {
  cases: { p: number[]; adjusted: number[] }[];
};

describe('Holm’s adjustment', () => {
  for (const { p, adjusted } of cases)
    it(`agrees with statsmodels on ${p.join(', ')}`, () => {
      for (const [index, value] of holm(p).entries()) expect(value).to.be.closeTo(adjusted[index]!, 1e-12);
    });

  it('of nothing is nothing', () => {
    expect(holm([])).to.eql([]);
  });
});
