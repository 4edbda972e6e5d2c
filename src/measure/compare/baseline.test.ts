import { expect } from 'chai';
import { againstBaseline } from './baseline.ts';
import type { ComparedRun } from './compare.ts';

const run = (value: number, ttl = '20 s'): ComparedRun => ({
  fingerprint: { 'settings.patroni.ttl': ttl },
  measured: { writeOutageMs: { value, lower: value - 10, upper: value + 10 } },
});
const earlier = [20_300, 21_200, 20_500, 20_200, 21_300, 20_500, 20_400, 20_500, 21_400, 20_600].map((ms) => run(ms));

describe('new runs against a baseline', () => {
  it('finds three runs that are slower by half, and says what such a plan can find', () => {
    const { comparisons } = againstBaseline(earlier, [run(30_500), run(31_000), run(30_800)], ['writeOutageMs']);
    expect(comparisons[0]).to.include({ change: 'regression' });
    expect(comparisons[0]!.power).to.match(
      /^10 against 3 runs find a growth by half in (9\d|100) % of cases, growths from/,
    );
  });

  it('leaves out what ran in other circumstances, and says why where that is everything', () => {
    const mixed = [...earlier, run(40_000, '30 s')];
    expect(againstBaseline(mixed, [run(20_400)], ['writeOutageMs'])).to.include({ leftOut: 1 });
    const { comparisons, leftOut } = againstBaseline(earlier, [run(40_000, '30 s')], ['writeOutageMs']);
    expect(comparisons[0]).to.include({ change: 'not comparable' }).and.not.to.have.property('power');
    expect(comparisons[0]!.reason).to.contain('settings.patroni.ttl is 20 s or 30 s');
    expect(leftOut).to.equal(0);
  });

  it('compares with nothing where there is no baseline', () => {
    expect(againstBaseline([], [run(1)], ['writeOutageMs']).comparisons[0]).to.include({ change: 'not comparable' });
  });
});
