import { expect } from 'chai';
import { type Synthetic, synthetic } from '../../journal/synthetic.ts';
import { withoutSynchronous } from './without-synchronous.ts';

type Look = Parameters<Synthetic['replica']>[2];

/** Rounds of looks at a primary and one standby, at each time given. */
const rounds = (journal: Synthetic, times: readonly number[], standby: Look): Synthetic => {
  for (const at of times) journal.replica('pg-1', [at], { syncState: 'primary' }).replica('pg-2', [at], standby);
  return journal;
};
const synchronous = { syncState: 'quorum' };
const none = { streaming: false, syncState: 'none' };
const unreachable = { streaming: false, syncState: 'unreachable' };
const story = (times: readonly number[], standby: Look, journal = synthetic()) =>
  rounds(rounds(rounds(journal, [1, 2], synchronous), times, standby), [6, 7], synchronous).run();

describe('the times without a synchronous standby', () => {
  it('are certain between looks that found none, possible between looks that found one', async () => {
    // What a look says may be as old as the look before: the last one vouches for the time up to then.
    expect(withoutSynchronous(await story([3, 4, 5], none))).to.deep.equal({
      certain: [{ lo: 3e6, hi: 4e6 }],
      possible: [{ lo: 2e6, hi: 6e6 }],
    });
  });

  it('are certain up to the beginning of the last look, where looks say when they began', async () => {
    const afterUs = 4.9e6;
    const journal = rounds(rounds(synthetic(), [1], synchronous), [3], none);
    journal.replica('pg-1', [5], { syncState: 'primary', afterUs }).replica('pg-2', [5], { ...none, afterUs });
    expect(withoutSynchronous(await rounds(journal, [6], synchronous).run()).certain).to.deep.equal([
      { lo: 3e6, hi: afterUs },
    ]);
  });

  it('are possible only where the standby did not answer, for the primary may stream to it', async () => {
    expect(withoutSynchronous(await story([3, 4, 5], unreachable)).certain).to.deep.equal([]);
    expect(withoutSynchronous(await story([3, 4, 5], { ...unreachable, primarySays: 'sync' })).certain).to.deep.equal(
      [],
    );
    const listed = withoutSynchronous(await story([3, 4, 5], { ...unreachable, primarySays: 'none' }));
    expect(listed.certain).to.have.length(1);
  });

  it('are possible only where the primary lists a standby that has not noticed yet', async () => {
    const one = { streaming: false, syncState: 'quorum' };
    expect(withoutSynchronous(await story([3, 4, 5], one))).to.deep.equal({
      certain: [],
      possible: [{ lo: 2e6, hi: 6e6 }],
    });
  });

  it('are certain where the drill itself had taken the standby away', async () => {
    const crash = synthetic().fault('crash', { at: 2.5, heal: 4.5, target: 'pg-2' });
    expect(withoutSynchronous(await story([3, 4, 5], unreachable, crash)).certain).to.deep.equal([]);
    const longer = synthetic().fault('crash', { at: 2.5, heal: 5.5, target: 'pg-2' });
    expect(withoutSynchronous(await story([3, 4, 5], unreachable, longer)).certain).to.deep.equal([
      { lo: 3e6, hi: 4e6 },
    ]);
  });

  it('are possible only while no primary answered', async () => {
    const journal = synthetic().replica('pg-2', [1], synchronous).replica('pg-2', [2, 3, 4], none);
    expect(withoutSynchronous(await journal.replica('pg-2', [5], synchronous).run()).certain).to.deep.equal([]);
  });
});
