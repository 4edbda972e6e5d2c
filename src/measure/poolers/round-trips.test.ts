import { expect } from 'chai';
import { describe, it } from 'mocha';
import { synthetic } from '../../journal/synthetic.ts';
import { roundTrips } from './round-trips.ts';

describe('the round trips of a run', () => {
  it('are the median of the answers before the fault, a stream each', async () => {
    const run = await synthetic()
      .stream('pooler-1', { serviceUs: 3_000, down: [30, 35] })
      .stream('readonly', { serviceUs: 400 })
      .fault('crash', { at: 30 })
      .run();
    expect(roundTrips(run)).to.deep.equal([
      { stream: 'pooler-1', does: 'writes', medianUs: 3_000 },
      { stream: 'readonly', does: 'reads', medianUs: 400 },
    ]);
  });

  it('do not count what was slow after the fault, nor fresh connections', async () => {
    const slow = (rows: { took: number }[]) => {
      for (const row of rows.slice(500)) row.took = 900_000;
    };
    const run = await synthetic()
      .stream('direct', { serviceUs: 2_000, change: slow })
      .stream('pooler-1-fresh', { serviceUs: 9_000, stepUs: 200_000, fresh: true })
      .fault('crash', { at: 5 })
      .run();
    expect(roundTrips(run)).to.deep.equal([{ stream: 'direct', does: 'writes', medianUs: 2_000 }]);
  });

  it('are none where nothing was answered', async () => {
    const run = await synthetic()
      .stream('direct', { down: [0, 60] })
      .run();
    expect(roundTrips(run)).to.deep.equal([]);
  });
});
