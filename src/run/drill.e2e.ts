/** Drills that go wrong, or are interrupted, on the lab, by the command line. */
import { expect } from 'chai';
import { checkOf, drillsOf } from './test-drill.ts';

describe('a drill on the lab, by the command line', function suite() {
  const { planted } = drillsOf(this);

  it('a rule and a stopped process left behind turn the verdict red', async () => {
    const { exitCode, verdict, output } = await planted('leaves-things');
    expect(checkOf(verdict, 'residue').value, output).to.be.greaterThanOrEqual(2);
    expect(verdict.outcome).to.equal('fail');
    expect(exitCode).to.equal(1);
  });

  it('an outage that healing ended has no recovery time', async () => {
    const { exitCode, verdict, output } = await planted('heals-early');
    expect(checkOf(verdict, 'writeOutageMs').outcome, output).to.equal('unknown');
    expect(exitCode).to.equal(2);
  });

  it('a calm that a stalled generator did not observe does not count', async () => {
    const { verdict, output } = await planted('stalls-generator');
    expect(verdict.outcome, output).not.to.equal('pass');
  });

  it('a scenario that throws is reported in one sentence, healed and removed', async () => {
    const { exitCode, verdict, output } = await planted('throws');
    expect(exitCode, output).to.equal(2);
    expect(verdict.outcome).to.equal('unknown');
    // What it wrote until then was asked for all the same.
    expect(checkOf(verdict, 'undeclaredLosses').value, output).to.equal(0);
    expect(output)
      .to.contain('a defect in the scenario')
      .and.not.match(/^\s+at /m);
  });

  it('a scenario that calls process.exit ends as unknown, healed and removed', async () => {
    const { exitCode, verdict, output } = await planted('exits');
    expect(exitCode, output).to.equal(2);
    expect(verdict.outcome).to.equal('unknown');
    expect(output)
      .to.contain('process.exit(0)')
      .and.contain('healing isolate')
      .and.not.match(/^\s+at /m);
  });

  for (const moment of ['making', 'starting Patroni', 'holding', 'took effect'])
    it(`Ctrl-C after "${moment}" heals, removes, and says so`, async () => {
      const { exitCode, verdict, output } = await planted('short-isolate', moment);
      expect(exitCode, output).to.equal(2);
      expect(verdict.outcome).to.equal('unknown');
      expect(output)
        .to.contain('interrupted')
        .and.not.match(/^\s+at /m);
    });
});
