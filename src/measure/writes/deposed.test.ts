import { expect } from 'chai';
import { synthetic } from '../../journal/synthetic.ts';
import { deposedAcks } from './deposed.ts';

/** A new primary takes over after 40 s; the fault comes after 20 s and cuts the old one from clients, or not. */
const drill = (cut: boolean) =>
  synthetic()
    .fault('isolate', { at: 20, heal: 55 })
    .writes({ switches: [40], ...(cut && { down: [20, 40] as const }) })
    .run();

describe('deposedAcksMs', () => {
  it('is how long after the fault the old primary acknowledged writes', async () => {
    const found = deposedAcks(await drill(false));
    expect(found.value).to.be.within(19_900, 20_010);
    expect(found.lower).to.be.below(found.value!);
    expect(found.note).to.match(/^\d+ writes acknowledged after the fault on a timeline that was left$/);
  });

  it('is 0 where nobody reached it any more', async () => {
    expect(deposedAcks(await drill(true))).to.include({ value: 0, upper: 0 });
  });

  it('is not measurable where no other primary followed', async () => {
    const alone = synthetic().fault('isolate', { at: 20 }).writes();
    expect(deposedAcks(await alone.run()).value).to.equal(null);
  });
});
