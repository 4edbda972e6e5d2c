import { expect } from 'chai';
import { crash, crashStory } from '../../journal/stories.ts';
import { synthetic } from '../../journal/synthetic.ts';
import { recovery } from './recovery.ts';

describe('recoveryMs', () => {
  it('is from the fault until the last instance streams on the new timeline', async () => {
    const found = recovery(await crashStory().run());
    expect(found).to.include({
      value: 35_000,
      upper: 35_000,
      note: 'the last was pg-1; 30.0 s of it before the fault had ended',
    });
    expect(found.lower).to.equal((crash.whole - 0.5 - crash.at) * 1000 - 10);
  });

  it('counts from the last time that one stopped streaming again', async () => {
    const relapse = crashStory({
      more: (journal) => journal.replica('pg-3', [57.2], { streaming: false, timeline: 2 }),
    });
    expect(recovery(await relapse.run())).to.include({
      value: 37_500,
      note: 'the last was pg-3; 30.0 s of it before the fault had ended',
    });
  });

  it('does not take streaming on the old timeline for recovered', async () => {
    const old = crashStory({ more: (journal) => journal.replica('pg-3', [57.2], { timeline: 1 }) });
    expect(recovery(await old.run()).value).to.equal(37_500);
  });

  it('has no upper bound where an instance does not stream at the end', async () => {
    const gone = crashStory({ more: (journal) => journal.replica('pg-3', [60.7], { streaming: false, timeline: 0 }) });
    const found = recovery(await gone.run());
    expect(found).to.include({ upper: null, note: 'a lower bound: pg-3 did not stream at the end of the run' });
    expect(found.value).to.be.within(40_600, 40_700);
  });

  it('is 0 where every instance streamed all the time', async () => {
    const whole = synthetic().fault('restart', { at: 20 });
    for (const name of ['pg-1', 'pg-2', 'pg-3']) whole.replica(name, [19, 21, 30, 40]);
    expect(recovery(await whole.run())).to.include({ value: 0, lower: 0, upper: 0 });
  });

  it('is not measurable where nobody looked, or not at all of them', async () => {
    expect(recovery(await synthetic().run()).note).to.contain('no fault was injected');
    expect(recovery(await synthetic().fault('crash', { at: 20 }).run()).note).to.contain(
      'nobody looked at the standbys',
    );
    const two = synthetic().fault('crash', { at: 20 }).replica('pg-1', [30]).replica('pg-2', [30]);
    expect(recovery(await two.run()).note).to.contain('nobody looked at pg-3');
  });
});

describe('recoveryMs where WAL is archived', () => {
  const look = { instance: 'pg-2', waiting: 1, archived: 3, failed: 0, lastArchived: '', lastFailed: '' };
  const archives = (at: readonly (readonly [seconds: number, timeline: number, historyArchived: boolean])[]) =>
    recoveryOf((journal) => {
      for (const [seconds, timeline, historyArchived] of at)
        journal.line('archive', seconds, { ...look, timeline, historyArchived });
      return journal;
    });
  const recoveryOf = async (more: NonNullable<Parameters<typeof crashStory>[0]>['more']) =>
    recovery(await crashStory({ ...(more && { more }) }).run());

  it('lasts until the history file of the new timeline is in the archive', async () => {
    const found = await archives([
      [10, 1, true],
      [50, 2, false],
      [crash.at + 38, 2, true],
    ]);
    expect(found).to.include({
      value: 38_000,
      note: 'the last was the archive; 30.0 s of it before the fault had ended',
    });
  });

  it('has no upper bound where that never got there', async () => {
    const found = await archives([
      [10, 1, true],
      [50, 2, false],
      [60, 2, false],
    ]);
    expect(found.upper).to.equal(null);
    expect(found.note).to.contain('the history file of timeline 2 was not archived');
  });
});
