import { expect } from 'chai';
import { SetupError } from '../errors.ts';
import { readRunFile } from '../journal/read.ts';
import { synthetic } from '../journal/synthetic.ts';
import { judge } from '../measure/judge.ts';
import { whyLost } from './run-cells.ts';

describe('a run of a study', () => {
  it('counts whatever it saw, a broken limit too', async () => {
    const run = await readRunFile('fixtures/journals/primary-crash-failed/run.ndjson.gz');
    const verdict = judge(run, { writeOutageMs: { max: 1 } });
    expect(verdict.outcome).to.equal('fail');
    expect(whyLost({ verdict })).to.equal(undefined);
  });

  it('is lost where it ended early', async () => {
    const verdict = judge(await synthetic().end().run());
    expect(whyLost({ verdict, trouble: new SetupError('clients did not write again') })).to.match(/did not write/);
  });

  it('is lost where the load itself stood still, though every figure was taken', async () => {
    const stall = { source: 'probes', fromUs: 10e6, untilUs: 20e6 };
    const stood = synthetic({ name: 'steady' }).stream('pooler-1').line('stall', 20, stall).end();
    const verdict = judge(await stood.run());
    expect(whyLost({ verdict })).to.equal(verdict.doubts[0]);
    expect(verdict.doubts.join('\n')).to.match(/^the load generator itself stood still for \d+ %/m);
  });
});
