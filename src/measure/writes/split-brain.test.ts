import { expect } from 'chai';
import { synthetic } from '../../journal/synthetic.ts';
import type { OpRow } from '../../journal/synthetic-load.ts';
import { lostBytes, splitBrain } from './split-brain.ts';

/** 50 writes a second; the new timeline takes over after 30 s. */
const switched = (change?: (rows: OpRow[]) => void) =>
  synthetic()
    .writes({ switches: [30], ...(change && { change }) })
    .ledger();

describe('splitBrainMs', () => {
  it('is 0 where the new timeline began after the old one had ended', async () => {
    expect(splitBrain(await switched().run())).to.include({ value: 0, upper: 0 });
  });

  it('lies between what was surely and what was possibly at once', async () => {
    const journal = switched((rows) => {
      // Sent at 32.0 s, acknowledged by the deposed primary at 32.5 s.
      Object.assign(rows[1600]!, { timeline: 1, sentUs: 32_000_000, doneUs: 32_500_000 });
    });
    expect(splitBrain(await journal.run())).to.include({ lower: 1_998, upper: 2_500, note: 'timelines 1 and 2' });
  });

  it('may be nothing where only the answer came late', async () => {
    const journal = switched((rows) => void (rows[1499]!.doneUs = 30_100_000));
    expect(splitBrain(await journal.run())).to.include({ value: 0, lower: 0, upper: 100 });
  });

  it('is taken over all pairs of timelines', async () => {
    const journal = synthetic().writes({
      switches: [20, 40],
      change: (rows) => void Object.assign(rows[2250]!, { timeline: 1 }),
    });
    expect(splitBrain(await journal.run()).lower).to.be.within(24_900, 25_000);
  });

  it('is not measurable where no write says its timeline', async () => {
    const journal = synthetic().writes({ change: (rows) => rows.forEach((row) => void (row.timeline = 0)) });
    expect(splitBrain(await journal.run()).value).to.equal(null);
  });
});

describe('lostBytes', () => {
  it('is 0 where the new timeline forked off behind the last acknowledged write', async () => {
    expect(lostBytes(await switched().run()).value).to.equal(0);
  });

  it('is the WAL that was acknowledged beyond the fork', async () => {
    const beyond = (rows: OpRow[]) => void (rows[1499]!.lsn += 4_096);
    expect(lostBytes(await switched(beyond).run()).value).to.equal(4_096 - 256);
  });

  it('looks at the fork that ended each timeline', async () => {
    const twice = synthetic().writes({ switches: [20, 40], change: (rows) => void (rows[999]!.lsn += 4_096) });
    expect(lostBytes(await twice.ledger().run()).value).to.equal(4_096 - 256);
  });

  it('is 0 without a failover, and unknown without positions', async () => {
    expect(lostBytes(await synthetic().writes().ledger().run())).to.include({ value: 0, note: 'no failover happened' });
    const blank = synthetic()
      .writes({ change: (rows) => rows.forEach((row) => void (row.lsn = 0)) })
      .ledger();
    expect(lostBytes(await blank.run()).value).to.equal(null);
  });
});
