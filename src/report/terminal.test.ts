import { expect } from 'chai';
import type { Proposal } from '../measure/advice/proposal.ts';
import { firstChange } from './proposal-words.ts';
import { check, measured, sampleVerdict } from './sample-verdict.ts';
import { summaryLines } from './terminal.ts';

describe('the summary on a terminal', () => {
  it('has one line a limit, broken ones first, in columns', () => {
    expect(summaryLines(sampleVerdict())).to.deep.equal([
      '✗ writeOutageMs     45.2 s ± 0.1  limit ≤ 30 s   15.2 s beyond',
      '✓ undeclaredLosses             0  limit ≤ 0      none',
      '✓ recoveryMs        57.1 s ± 0.3  limit ≤ 120 s  62.9 s to spare',
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

  it('says how a zero goes with an outage', () => {
    const waited = check(
      measured('failedRequests', 0, 0, { note: 'writes waited, up to 3.1 s, and all were acknowledged' }),
      { max: 0 },
      'pass',
    );
    const lost = check(measured('lostWrites', 0, 0, { note: '0 of 12 acknowledged writes' }), { max: 0 }, 'pass');
    expect(summaryLines(sampleVerdict({ checks: [waited, lost] })).join('\n'))
      .to.match(/failedRequests +0 +limit ≤ 0 +none \(writes waited, up to 3\.1 s/)
      .and.not.contain('0 of 12');
  });

  it('names the most useful change, or what the outage depends on', () => {
    const proposal = (name: string): Proposal => ({
      ...{ name, program: 'pgbouncer', from: '15 s', to: '1 s', before: [], after: [] },
      ...{ savesMs: { low: 6_000, high: 14_000 }, basis: 'modelled', why: 'w', evidence: [], risk: 'r' },
    });
    const verdict = sampleVerdict();
    const two = { proposals: [proposal('server_login_retry'), proposal('ttl')], otherwise: 'No setting.' };
    expect(firstChange(two, verdict)).to.equal(
      'No setting. Set server_login_retry from 15 s to 1 s: saves 6 s to 14 s (modelled from the timeouts); 31.2 s to 39.2 s would be left, still beyond the ' +
        'limit of 30 s; the report has 1 more.',
    );
    const undone = { proposals: [{ ...proposal('ttl'), undo: true as const, savesMs: { low: 20_000, high: 30_000 } }] };
    expect(firstChange(undone, verdict)).to.equal(
      'Undo --with ttl=15: set ttl from 15 s to 1 s: saves 20 s to 30 s (modelled from the timeouts); 15.2 s to 25.2 s would be left, within ' +
        'the limit of 30 s.',
    );
    const otherwise = { proposals: [], otherwise: 'Nothing in these settings: x.' };
    expect(firstChange(otherwise, verdict)).to.contain('Nothing in these');
  });
});
