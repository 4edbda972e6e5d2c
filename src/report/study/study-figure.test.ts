import { expect } from 'chai';
import type { StudyRun } from '../../measure/study/effects.ts';
import { studyFigure } from './study-figure.ts';

const factors = { pool_mode: ['transaction', 'session'], fault: ['crash'] };
const run = (pool_mode: string, poolerPenaltyMs: number | null): StudyRun => ({
  ...{ block: 1, levels: { pool_mode, fault: 'crash' }, run: 'r', measured: { poolerPenaltyMs } },
});

describe('the figure of a study', () => {
  const svg = studyFigure(
    [run('session', 14_000), run('session', null), run('transaction', 7_000), run('transaction', 0)],
    factors,
    'poolerPenaltyMs',
  );

  it('shows every run that was measurable as a dot, in the colour of its first factor', () => {
    expect(svg.match(/<circle/g)).to.have.length(3);
    expect(svg.match(/<circle[^>]*#0072b2/g), 'transaction').to.have.length(2);
    expect(svg.match(/<circle[^>]*#d55e00/g), 'session').to.have.length(1);
  });

  it('has a row a cell, named, and an axis in seconds', () => {
    expect(svg).to.match(/>crash · transaction<.*>crash · session</s);
    expect(svg).to.include('>14 s<');
  });

  it('puts a dot where its value is', () => {
    const at = (cy: string) => Number(new RegExp(`cx="([\\d.]+)" cy="${cy}"`).exec(svg)![1]);
    expect(at('79')).to.be.closeTo(730, 1);
  });
});
