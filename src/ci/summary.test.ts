import { expect } from 'chai';
import type { Finding } from '../check/finding.ts';
import { checkSummary } from './summary.ts';

const finding = (severity: Finding['severity'], object: string): Finding =>
  ({ severity, rule: 'single-instance', title: 'One instance', object, file: 'db/a.yaml', line: 3 }) as Finding;

describe('the summary of checked manifests', () => {
  it('counts, names the worst first, and says what the baseline accepts', () => {
    const text = checkSummary([finding('info', 'Pooler shop/rw'), finding('error', 'Cluster shop/pg')], 4, 7);
    expect(text).to.contain('1 error, 0 warnings, 1 note in 4 files; 7 more are in the baseline');
    expect(text.indexOf('Cluster shop/pg')).to.be.lessThan(text.indexOf('Pooler shop/rw'));
    expect(text).to.contain('| error | One instance (`single-instance`) | Cluster shop/pg | db/a.yaml:3 |');
  });

  it('is one line where nothing was found, and ends a long table', () => {
    expect(checkSummary([], 2, 0).trim()).to.equal('### Manifests: 0 errors, 0 warnings, 0 notes in 2 files');
    const text = checkSummary(Array(40).fill(finding('error', 'x')), 1, 0);
    expect(text.match(/^\| error/gm)).to.have.lengthOf(30);
    expect(text).to.contain('10 more are in the log');
  });

  it('holds no markup of a manifest', () => {
    expect(checkSummary([finding('error', 'a|b\n<img>[x](y)')], 1, 0)).to.contain('| a\\|b \\<img\\>\\[x\\](y) |');
  });
});
