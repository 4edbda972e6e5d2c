import { expect } from 'chai';
import { synthetic } from '../journal/synthetic.ts';
import { frameOf } from './frame.ts';

describe('the common time frame', () => {
  it('holds all of the load, with 0 at the fault', async () => {
    const run = await synthetic({ seconds: 60 })
      .stream('pooler-1', { down: [20, 30] })
      .fault('crash', { at: 20, heal: 50 })
      .end()
      .run();
    const frame = frameOf(run);
    expect(frame).to.deep.include({ fromUs: 0, toUs: 59_990_000, zeroUs: 20_005_000, hasFault: true });
    expect(frame.faults).to.deep.equal([{ fromUs: 20_005_000, toUs: 50_000_000, fault: 'crash', target: 'pg-1' }]);
    expect(frame.marks.map(({ step }) => step)).to.deep.equal(['injected', 'effective', 'heal', 'healed']);
  });

  it('puts 0 at the fault that did the harm, where there were several', async () => {
    const journal = synthetic({ seconds: 90 }).stream('pooler-1', { down: [40, 60] });
    const run = await journal.fault('crash', { at: 10, heal: 12 }).fault('crash', { at: 40, heal: 75 }).end().run();
    expect(frameOf(run).zeroUs).to.equal(40_005_000);
  });

  it('begins with the load where nothing was broken, and has some length where nothing ran', async () => {
    const steady = frameOf(await synthetic({ seconds: 10 }).stream('direct').end().run());
    expect(steady).to.deep.include({ zeroUs: 0, hasFault: false, faults: [] });
    const empty = frameOf(await synthetic().run());
    expect(empty.toUs).to.be.greaterThan(empty.fromUs);
  });

  it('shades a fault that was never healed to the end', async () => {
    const run = await synthetic({ seconds: 30 })
      .stream('pooler-1', { down: [10, 40] })
      .fault('crash', { at: 10 })
      .run();
    expect(frameOf(run).faults[0]!.toUs).to.equal(frameOf(run).toUs);
  });
});
