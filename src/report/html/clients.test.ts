import { expect } from 'chai';
import { synthetic } from '../../journal/synthetic.ts';
import { cutOffs } from './clients.ts';

const seconds = (us: number | undefined) => (us === undefined ? undefined : Math.round(us / 1e5) / 10);

describe('clients cut off', () => {
  it('are so from the first write that was not acknowledged until the next acknowledgement', async () => {
    const run = await synthetic({ seconds: 30 })
      .writes({ perSecond: 10, workers: 1, down: [10, 15] })
      .end()
      .run();
    const found = cutOffs(run.ops);
    expect(found.map(({ fromUs, toUs }) => [seconds(fromUs), seconds(toUs)])).to.deep.equal([[10, 15]]);
  });

  it('are counted once, however many writes had queued up behind the first', async () => {
    const late = (rows: { dueUs: number; doneUs: number }[]) => {
      for (const row of rows) if (row.dueUs >= 10e6 && row.dueUs < 15e6) row.doneUs = 15e6 + row.dueUs / 100;
    };
    const run = await synthetic({ seconds: 30 }).writes({ perSecond: 10, workers: 2, change: late }).end().run();
    const found = cutOffs(run.ops);
    expect(found.map(({ worker }) => worker)).to.deep.equal([0, 1]);
    expect(found.map(({ fromUs, toUs }) => [seconds(fromUs), seconds(toUs)])).to.deep.equal([
      [10, 15.1],
      [10.1, 15.1],
    ]);
  });

  it('stay so to the end where none was acknowledged any more', async () => {
    const run = await synthetic({ seconds: 30 })
      .writes({ perSecond: 10, workers: 1, down: [10, 40] })
      .end()
      .run();
    expect(cutOffs(run.ops).map(({ toUs }) => toUs)).to.deep.equal([undefined]);
  });
});
