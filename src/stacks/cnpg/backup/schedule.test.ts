import { expect } from 'chai';
import type { Client } from 'pg';
import { backupKind, eventKind } from '../objects.ts';
import { firstBySchedule, takeBySchedule } from './schedule.ts';
import { siteInMemory } from './test-site.ts';

const options = { signal: new AbortController().signal, withinMs: 200, progress: () => {} };
const neverAsked = async (): Promise<Client> => {
  throw new Error('nobody is asked');
};

describe('a backup by a schedule', () => {
  it('is the one that the operator orders, and the schedule is removed then', async () => {
    const at = siteInMemory(({ kind, metadata }, add) => {
      if (kind !== 'ScheduledBackup') return;
      const labels = { 'cnpg.io/scheduled-backup': metadata.name };
      add({ ...backupKind, metadata: { name: 'ordered', labels }, status: { phase: 'failed', error: 'NoSuchBucket' } });
    });
    const error = await takeBySchedule(at, neverAsked, '* * * * * *', options).catch((reason: Error) => reason);
    expect(String(error)).to.contain('the base backup failed: the bucket does not exist');
    expect(at.objects.map(({ kind }) => kind)).to.deep.equal(['Backup']);
  });

  it('that orders none is told, and removed too', async () => {
    const at = siteInMemory(() => {});
    const error = await takeBySchedule(at, neverAsked, '0 0 2 * * *', options).catch((reason: Error) => reason);
    expect(String(error)).to.contain('for a backup by the schedule 0 0 2 * * *, in vain');
    expect(at.objects).to.deep.equal([]);
  });

  it('is first when the operator says it is', async () => {
    const message = 'Scheduled first backup by 2026-01-01 00:02:00 +0000 UTC';
    const at = siteInMemory(({ kind, metadata }, add) => {
      if (kind !== 'ScheduledBackup') return;
      const about = { involvedObject: { kind, name: metadata.name } };
      add({ ...eventKind, metadata: { name: 'other' }, reason: 'BackupSchedule', message: 'of another' });
      add({ ...eventKind, metadata: { name: 'event' }, reason: 'BackupSchedule', message, ...about });
    });
    expect(await firstBySchedule(at, '0 2 * * *', options)).to.equal(message);
  });
});
