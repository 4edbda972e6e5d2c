import { expect } from 'chai';
import { type BackupStory, backupStory } from '../../journal/backup-story.ts';
import { synthetic } from '../../journal/synthetic.ts';
import { judge } from '../../measure/judge.ts';
import { renderHtml } from './index.ts';

const section = async (story?: BackupStory): Promise<string> => {
  const run = await backupStory(story).run();
  return renderHtml(run, judge(run)).match(/<details id="restores".*?<\/details>/s)?.[0] ?? '';
};

describe('the report’s section about restores', () => {
  it('shows for each how long it took, for how much, and what was missing', async () => {
    const text = await section({ without: [[1, 7]] });
    expect(text).to.match(/to “m”, 2026-01-01T00:00:30Z.*8\.0 s.*40\.0 MB.*6\.0 MB.*1 of 1,\d{3}/s);
    expect(text).to.contain('b1 from pg-2');
  });

  it('reports why one failed', async () => {
    const run = await backupStory()
      .line('restore', 59.5, {
        ...{ name: 'restore-2', target: { kind: 'latest' }, fromUs: 59e6, untilUs: 59.5e6, sharpMs: 0 },
        ...{ outcome: 'failed', cause: 'the disk is full' },
      })
      .run();
    expect(renderHtml(run, judge(run))).to.match(
      /as far as the archive goes.*failed: the disk is full.*not looked at/s,
    );
  });

  it('is not there where nothing was backed up or restored', async () => {
    const run = await synthetic({ seconds: 10 }).writes().run();
    expect(renderHtml(run, judge(run))).to.not.contain('Backups and restores');
  });
});
