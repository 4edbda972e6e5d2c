import { expect } from 'chai';
import { SetupError } from '../errors.ts';
import { synthetic } from '../journal/synthetic.ts';
import { judge } from '../measure/judge.ts';
import { whyLost } from './run-cells.ts';

describe('a run of a study', () => {
  it('counts whatever it saw, also what was no pass', async () => {
    const limit = { writeOutageMs: { max: 1 } };
    const verdict = judge(await synthetic({ limits: limit }).end().run());
    expect(verdict.outcome).to.equal('unknown');
    expect(whyLost({ verdict })).to.equal(undefined);
  });

  it('is lost where it ended early', async () => {
    const verdict = judge(await synthetic().end().run());
    expect(whyLost({ verdict, trouble: new SetupError('clients did not write again') })).to.match(/did not write/);
  });

  it('is lost where the load itself stood still, though every figure was taken', async () => {
    const stall = { source: 'probes', fromUs: 10e6, untilUs: 20e6 };
    const stood = synthetic().stream('pooler-1').line('stall', 20, stall).end();
    expect(whyLost({ verdict: judge(await stood.run()) })).to.match(/^the load generator itself stood still for \d+ %/);
  });
});
