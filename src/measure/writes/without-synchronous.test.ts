import { expect } from 'chai';
import { readRun } from '../../journal/read.ts';
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

  it('last to the end of the run where no standby came back', async () => {
    const run = await rounds(rounds(synthetic(), [1, 2], synchronous), [3, 4, 5], none)
      .end()
      .run();
    expect(withoutSynchronous(run)).to.deep.equal({
      certain: [{ lo: 3e6, hi: 4e6 }],
      possible: [{ lo: 2e6, hi: run.lastUs }],
    });
  });

  it('begin with the first look where that found none, and end with the last answer of the round that found one', async () => {
    const journal = rounds(synthetic().replica('pg-1', [1], { syncState: 'primary' }), [], none);
    journal.replica('pg-2', [1.2], none);
    const back = rounds(journal, [2, 3], none).replica('pg-1', [6], { syncState: 'primary' });
    const { possible } = withoutSynchronous(await back.replica('pg-2', [6.3], synchronous).run());
    expect(possible).to.deep.equal([{ lo: 1e6, hi: 6.3e6 }]);
  });

  it('are none where one of two standbys is synchronous', async () => {
    const journal = synthetic();
    for (const at of [1, 2, 3, 4]) rounds(journal, [at], none).replica('pg-3', [at], synchronous);
    expect(withoutSynchronous(await journal.run())).to.deep.equal({ certain: [], possible: [] });
  });

  it('are possible only where one of two standbys may have been synchronous', async () => {
    const journal = synthetic();
    for (const at of [1, 2, 3, 4]) rounds(journal, [at], none).replica('pg-3', [at], unreachable);
    expect(withoutSynchronous(await journal.run()).certain).to.deep.equal([]);
  });

  it('are certain apart, before and after a look that a standby did not answer', async () => {
    const journal = rounds(rounds(synthetic(), [1, 2], synchronous), [3, 3.5, 4], none);
    const run = await rounds(rounds(rounds(journal, [4.5], unreachable), [5, 5.25, 5.5], none), [6], synchronous).run();
    expect(withoutSynchronous(run)).to.deep.equal({
      certain: [
        { lo: 3e6, hi: 3.5e6 },
        { lo: 5e6, hi: 5.25e6 },
      ],
      possible: [{ lo: 2e6, hi: 6e6 }],
    });
  });

  describe('of a standby that did not answer are', () => {
    const looks = [3, 4, 5, 5.5, 5.8];
    const certain = async (journal: Synthetic) => withoutSynchronous(await story(looks, unreachable, journal)).certain;

    it('certain from the moment when the fault was effective, until it is healed', async () => {
      expect(await certain(synthetic().fault('crash', { at: 4.2, target: 'pg-2' }))).to.deep.equal([
        { lo: 5e6, hi: 5.5e6 },
      ]);
    });

    it('possible only where the fault hit another instance, stopped it only, or is not known', async () => {
      for (const [fault, target] of [
        ['crash', 'pg-3'],
        ['freeze', 'pg-2'],
        ['lossy', 'pg-2'],
        ['of-a-later-version', 'pg-2'],
      ] as const)
        expect(await certain(synthetic().fault(fault, { at: 2.5, target })), fault).to.deep.equal([]);
    });

    it('possible only on a stack that starts the instance again', async () => {
      const journal = synthetic().fault('crash', { at: 2.5, target: 'pg-2' });
      rounds(rounds(rounds(journal, [1, 2], synchronous), looks, unreachable), [6, 7], synchronous);
      const lines = journal
        .events()
        .map((event) => JSON.stringify(event.kind === 'run' ? { ...event, stack: 'k3s' } : event));
      expect(withoutSynchronous(await readRun(lines)).certain).to.deep.equal([]);
    });
  });
});
