import { expect } from 'chai';
import { check, measured, sampleVerdict } from './sample-verdict.ts';
import { summaryLines } from './terminal.ts';

describe('the summary on a terminal', () => {
  it('has one line a limit, broken ones first, in columns', () => {
    expect(summaryLines(sampleVerdict())).to.deep.equal([
      '✗ writeOutageMs     45.20 s ± 0.02  limit ≤ 30 s   15.2 s beyond',
      '✓ undeclaredLosses               0  limit ≤ 0      at the limit',
      '✓ recoveryMs          57.1 s ± 0.3  limit ≤ 120 s  62.6 s to spare',
    ]);
  });

  it('says why a limit could not be judged, and what else is in doubt', () => {
    const unknown = check(
      measured('lostWrites', null, 0, { note: 'not measurable: no final read' }),
      { max: 0 },
      'unknown',
    );
    expect(summaryLines(sampleVerdict({ checks: [unknown], doubts: ['the journal has no end'] }))).to.deep.equal([
      '? lostWrites  unknown  limit ≤ 0  margin unknown (not measurable: no final read)',
      '? the journal has no end',
    ]);
  });
});
