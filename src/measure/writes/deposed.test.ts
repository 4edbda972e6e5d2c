import { expect } from 'chai';
import { synthetic } from '../../journal/synthetic.ts';
import type { OpRow } from '../../journal/synthetic-load.ts';
import { deposedAcks } from './deposed.ts';

/** A new primary takes over after 40 s; the fault comes after 20 s and cuts the old one from clients, or not. */
const drill = (cut: boolean, change?: (rows: OpRow[]) => void) =>
  synthetic()
    .fault('isolate', { at: 20, heal: 55 })
    .writes({ switches: [40], ...(cut && { down: [20, 40] as const }), ...(change && { change }) })
    .run();

describe('deposedAcksMs', () => {
  it('is how long after the fault the old primary acknowledged writes', async () => {
    const found = deposedAcks(await drill(false));
    expect(found.value).to.be.within(19_900, 20_010);
    expect(found.lower).to.be.below(found.value!);
    expect(found.note).to.match(/^\d+ writes acknowledged after the fault on a timeline that was left$/);
  });

  it('is that of the write which was acknowledged last, and cites the first and that one', async () => {
    const run = await drill(false);
    expect(deposedAcks(run)).to.include({ value: 19_982, upper: 19_982, lower: 39_980 - 20_010 });
    expect(deposedAcks(run).evidence).to.deep.equal([run.ops.seq[1001], run.ops.seq[1999]]);
    const held = await drill(false, (rows) => void (rows[1500]!.doneUs = 41e6));
    expect(deposedAcks(held).value).to.equal(21_000);
    expect(deposedAcks(held).evidence).to.deep.equal([held.ops.seq[1001], held.ops.seq[1500]]);
  });

  it('counts acknowledgements only, with or without a warning, that name their timeline', async () => {
    const lastOf = async (change: Partial<OpRow>) =>
      deposedAcks(await drill(false, (rows) => void Object.assign(rows[1999]!, change))).value;
    expect(await lastOf({ outcome: 1 })).to.equal(19_982);
    expect(await lastOf({ outcome: 3 })).to.equal(19_962);
    expect(await lastOf({ timeline: 0 })).to.equal(19_962);
  });

  it('is 0 where nobody reached it any more', async () => {
    expect(deposedAcks(await drill(true))).to.include({ value: 0, upper: 0 });
  });

  it('is not measurable where no other primary followed', async () => {
    const alone = synthetic().fault('isolate', { at: 20 }).writes();
    expect(deposedAcks(await alone.run()).value).to.equal(null);
    const unnamed = synthetic()
      .fault('isolate', { at: 20 })
      .writes({ change: (rows) => void (rows[0]!.timeline = 0) });
    expect(deposedAcks(await unnamed.run()).value, 'the first write names no timeline').to.equal(null);
    const noFault = await synthetic()
      .writes({ switches: [40] })
      .run();
    expect(deposedAcks(noFault).note).to.equal('not measurable: no fault was injected');
  });
});
