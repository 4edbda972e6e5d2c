import { expect } from 'chai';
import { backupStory } from '../../journal/backup-story.ts';
import type { EventOf } from '../../journal/event.ts';
import { judge } from '../judge.ts';
import { comparedRestores, pointInTime, restoreLoss } from './pitr.ts';

const counts = async (story: ReturnType<typeof backupStory>) => pointInTime(await story.run());
const values = async (story: ReturnType<typeof backupStory>) => (await counts(story)).map(({ value }) => value);

describe('a restore to a moment', () => {
  it('holds every write acknowledged before it, and none sent after it', async () => {
    expect(await values(backupStory())).to.deep.equal([0, 0, 0]);
    const [missing] = await counts(backupStory());
    expect(missing!.note).to.match(/^of 1,\d{3} writes acknowledged before its moment, 50 of them in the last second/);
    expect(missing!.note).to.contain('up to 95 % of restores');
  });

  it('shows a row that was dropped', async () => {
    expect(await values(backupStory({ without: [[1, 7]] }))).to.deep.equal([1, 0, 0]);
  });

  it('shows a row that should not be there yet, and one that no client ever wrote', async () => {
    expect(await values(backupStory({ with: [[1, 449]] }))).to.deep.equal([0, 1, 0]);
    expect(await values(backupStory({ with: [[77, 1]] }))).to.deep.equal([0, 1, 0]);
  });

  it('blames nobody for writes within the uncertainty of the clocks', async () => {
    const [missing, extra, ambiguous] = await values(backupStory({ uncertainUs: 1_000_000 }));
    expect([missing, extra]).to.deep.equal([0, 0]);
    expect(ambiguous).to.be.within(45, 55);
  });

  it('is not measured where it failed, with the cause; and not excused by another that went well', async () => {
    const story = backupStory().line('restore', 55, {
      ...{ name: 'restore-2', target: { kind: 'time', mark: 'm' }, fromUs: 54e6, untilUs: 55e6, sharpMs: 0 },
      ...{ outcome: 'failed', cause: 'the disk is full' },
    });
    const [missing] = await counts(story);
    expect(missing).to.include({ value: null, note: 'not measurable: restore-2 failed' });
  });

  it('is not measured where nobody marked the moment', async () => {
    expect((await counts(backupStory({ mark: 'another' })))[0]!.value).to.equal(null);
  });

  it('breaks the limits of a scenario by a single row', async () => {
    const limits = { pitrMissing: { max: 0 } };
    const outcome = async (story: ReturnType<typeof backupStory>) =>
      judge(await story.run(), limits).checks.find(({ metric }) => metric === 'pitrMissing')?.outcome;
    expect(await outcome(backupStory())).to.equal('pass');
    expect(await outcome(backupStory({ without: [[0, 0]] }))).to.equal('fail');
  });
});

describe('a restore as far as the archive goes', () => {
  const latest: EventOf<'restore'>['target'] = { kind: 'latest' };

  it('has lost nothing where it holds everything', async () => {
    const [writes, time] = restoreLoss(await backupStory({ target: latest, untilSecond: 50 }).run());
    expect([writes!.value, time!.value]).to.deep.equal([0, 0]);
  });

  it('has lost what was acknowledged and not archived, as far back as the first of it', async () => {
    const run = await backupStory({ target: latest, untilSecond: 40 }).fault('destroy', { at: 45 }).run();
    const [writes, time] = restoreLoss(run);
    expect(writes!.value).to.be.within(480, 510);
    expect(time!.value).to.be.within(4_950, 5_050);
    expect(comparedRestores(run)).to.have.length(1);
  });
});
