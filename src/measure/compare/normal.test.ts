import { expect } from 'chai';
import { normalQuantile, normalSurvival } from './normal.ts';

describe('the normal distribution', () => {
  it('has the tails of the published tables', () => {
    for (const [z, p] of [
      [0, 0.5],
      [1, 0.15865525393145705],
      [1.959963984540054, 0.025],
      [2, 0.022750131948179195],
      [3, 0.0013498980316300933],
      [6, 9.865876450376946e-10],
      [-1, 0.8413447460685429],
    ] as const)
      expect(normalSurvival(z) / p, `z = ${z}`).to.be.closeTo(1, 1e-11);
  });

  it('gives z back for p', () => {
    for (const z of [-3, -0.5, 0, 1.2, 4]) expect(normalQuantile(normalSurvival(z))).to.be.closeTo(z, 1e-9);
  });
});
