import { expect } from 'chai';
import { backupStory } from '../journal/backup-story.ts';
import { judge } from '../measure/judge.ts';
import { catalogueOf, catalogueText, type RunOfBackups } from './backup-catalogue.ts';

const runOf = async (id: string, story: Parameters<typeof backupStory>[0] = {}): Promise<RunOfBackups> => {
  const run = await backupStory(story).run();
  const { backups, restores } = run;
  return { id, stack: 'lab', startedAt: `2026-01-0${id}T10:11:12Z`, backups, restores, measured: judge(run).measured };
};
const lines = async (...runs: RunOfBackups[]) => catalogueText(catalogueOf(runs));

describe('the catalogue of backups', () => {
  it('reports when each was last proved to restore, the newest first', async () => {
    const older = { ...(await runOf('1')), restores: [] };
    const newer = await runOf('2');
    const [first, second] = await lines(older, newer);
    expect(first).to.match(/^b1 .*5\.0 MB {2}from pg-2 {2}proved 2026-01-02 10:11 in 8\.0 s, 40\.0 MB \(2\)$/);
    expect(second).to.equal(first);
  });

  it('does not call proved what lacks a row, holds damage, or failed', async () => {
    expect((await lines(await runOf('1', { without: [[1, 7]] })))[0]).to.contain('restored, but pitrMissing is 1');
    expect((await lines(await runOf('1', { found: { damagedRows: 2 } })))[0]).to.contain('but restoredDamage is 2');
    const run = await runOf('1');
    const failed = { ...run.restores[0]!, outcome: 'failed', cause: 'the disk is full' } as const;
    expect((await lines({ ...run, restores: [failed] }))[0]).to.contain('failed: the disk is full');
  });

  it('says so where none was ever restored, and leaves out those that failed', async () => {
    const run = await runOf('1');
    expect((await lines({ ...run, restores: [] }))[0]).to.match(/never restored$/);
    const failed = run.backups.map((backup) => ({ ...backup, outcome: 'failed' as const }));
    expect(await lines({ ...run, backups: failed })).to.deep.equal([]);
  });
});
