/** The drill that `npm start` runs, whole. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { checkOf, drillsOf } from './test-drill.ts';

describe('the default drill on the lab, by the command line', function suite() {
  const { pgdrill } = drillsOf(this);

  it('ends with a verdict, a report, and a sentence that says it all', async function drill() {
    const { exitCode, output, folder, verdict } = await pgdrill(['run']);
    if (verdict.outcome === 'unknown' && /load generator|started .* late/.test(verdict.sentence)) {
      console.log(`      skipped: this machine is too busy for a drill: ${verdict.sentence}`);
      this.skip();
    }
    expect(verdict.outcome, output).to.be.oneOf(['pass', 'fail']);
    expect(exitCode).to.equal(verdict.outcome === 'pass' ? 0 : 1);
    expect(output.trim().split('\n').at(-1)).to.equal(verdict.sentence);
    expect(existsSync(join(folder, 'report.html'))).to.equal(true);
    expect(checkOf(verdict, 'undeclaredLosses').outcome, output).to.equal('pass');
    expect(verdict.phases.map(({ phase }) => phase)).to.include.members(['detect', 'promote']);
  });
});
