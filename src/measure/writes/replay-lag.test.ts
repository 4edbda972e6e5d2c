import { expect } from 'chai';
import { synthetic } from '../../journal/synthetic.ts';
import { replayLag } from './replay-lag.ts';

/** Ten acknowledged writes, one a second, 100 bytes of WAL each; a standby that is looked at half a second after each. */
async function stopped(replayedLsn: readonly number[], more: object = {}) {
  const story = synthetic({ seconds: 11 }).writes({
    ...{ perSecond: 1, workers: 1 },
    change: (rows) => {
      for (const [i, row] of rows.entries())
        Object.assign(row, { sentUs: (i + 0.9) * 1e6, doneUs: (i + 1) * 1e6, lsn: 1_000 + 100 * i, timeline: 1 });
      rows.length = 10;
    },
  });
  for (const [i, position] of replayedLsn.entries())
    story.replica('pg-2', [i + 1.5], { replayedLsn: position, afterUs: (i + 1.4) * 1e6, ...more });
  return replayLag(await story.run());
}
/** Each look finds the writes so far replayed. */
const level = Array.from({ length: 10 }, (_, i) => 1_050 + 100 * i);

describe('replayLagMs', () => {
  it('is 0 where each look finds all that was acknowledged before it', async () => {
    expect(await stopped(level)).to.include({ value: 0, lower: 0, upper: 0 });
  });

  it('is the age of the oldest write that a standby had not replayed, and may have been that of the next look', async () => {
    const lag = await stopped(level.map((position, i) => (i < 5 ? position : level[4]!)));
    // The sixth write was acknowledged at 6 s; the last look began at 10.4 s.
    expect(lag.value).to.be.within(4_300, 4_410);
    expect(lag.upper).to.be.within(4_490, 4_510);
    expect(lag.note).to.equal('pg-2');
    expect(lag.evidence).to.have.length(1);
  });

  it('grows until the look at which the standby had caught up', async () => {
    const lag = await stopped(level.map((position, i) => (i < 5 || i === 9 ? position : level[4]!)));
    expect(lag.value).to.be.within(3_300, 3_410);
    expect(lag.upper).to.be.within(4_490, 4_510);
  });

  it('leaves out standbys that do not stream, and is unknown where no look says how far one had replayed', async () => {
    expect(
      (
        await stopped(
          level.map(() => 0),
          { streaming: false },
        )
      ).value,
    ).to.equal(null);
    expect((await stopped([])).value).to.equal(null);
  });
});
