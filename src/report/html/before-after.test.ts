import { expect } from 'chai';
import type { HistoryLine } from '../history.ts';
import { beforeAfter } from './before-after.ts';

const line = (measured: HistoryLine['measured']) => ({ measured }) as HistoryLine;
const value = (value: number, spread = 100) => ({ value, lower: value - spread, upper: value + spread });
const rows = (before: HistoryLine['measured'], after: HistoryLine['measured']) =>
  beforeAfter(line(before), line(after))?.text ?? '';

describe('before and after a change', () => {
  it('reports both values of a measure, and which way it went', () => {
    const text = rows({ poolerPenaltyMs: value(13_000) }, { poolerPenaltyMs: value(900) });
    expect(text).to.match(/<code>poolerPenaltyMs<\/code><\/td><td>13\.0 s ± 0\.1.*<td>0\.9 s.*<td>less</s);
  });

  it('reports no change where the intervals overlap, nor where one has no end', () => {
    expect(rows({ writeOutageMs: value(20_000) }, { writeOutageMs: value(20_150) })).to.contain(
      'within the uncertainty',
    );
    const open = { value: 40_000, lower: 40_000, upper: null };
    expect(rows({ writeOutageMs: open }, { writeOutageMs: value(60_000) })).to.contain('within the uncertainty');
  });

  it('leaves out what was not measurable in either, and is nothing where that is all', () => {
    expect(rows({ holdMs: { value: null, lower: null, upper: null } }, { holdMs: value(0, 0) })).to.equal('');
  });
});
