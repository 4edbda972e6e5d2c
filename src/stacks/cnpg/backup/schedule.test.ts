import { expect } from 'chai';
import type { Client } from 'pg';
import type { Kube } from '../api/kube.ts';
import { backupKind, eventKind, type KubeObject } from '../objects.ts';
import { firstBySchedule, takeBySchedule } from './schedule.ts';
import { backedUpInMemory } from './test-site.ts';

const options = { signal: new AbortController().signal, withinMs: 200, progress: () => {} };
const neverAsked = async (): Promise<Client> => {
  throw new Error('nobody is asked');
};

describe('a backup by a schedule', () => {
  it('is ordered from the plugin where that backs the Cluster up', async () => {
    const at = await backedUpInMemory(() => {}, undefined, 'plugin');
    let spec: unknown;
    const create = async (object: KubeObject) => {
      ({ spec } = object as KubeObject & { spec: unknown });
    };
    const kube = { ...at.kube, create } as unknown as Kube;
    await takeBySchedule({ ...at, kube }, neverAsked, '* * * * * *', options).catch(() => {});
    expect(spec).to.deep.include({ method: 'plugin', pluginConfiguration: { name: 'barman-cloud.cloudnative-pg.io' } });
  });

  it('is the one that the operator orders, and the schedule is removed then', async () => {
    const at = await backedUpInMemory(({ kind, metadata }, add) => {
      if (kind !== 'ScheduledBackup') return;
      const labels = { 'cnpg.io/scheduled-backup': metadata.name };
      add({ ...backupKind, metadata: { name: 'ordered', labels }, status: { phase: 'failed', error: 'NoSuchBucket' } });
    });
    const error = await takeBySchedule(at, neverAsked, '* * * * * *', options).catch((reason: Error) => reason);
    expect(String(error)).to.contain('the base backup failed: the bucket does not exist');
    expect(at.objects.map(({ kind }) => kind)).to.deep.equal(['Backup']);
  });

  it('that orders none is reported, and removed too', async () => {
    const at = await backedUpInMemory(() => {});
    const error = await takeBySchedule(at, neverAsked, '0 0 2 * * *', options).catch((reason: Error) => reason);
    expect(String(error)).to.contain('for a backup by the schedule 0 0 2 * * *, without success');
    expect(at.objects).to.deep.equal([]);
  });

  it('is first when the operator says it is', async () => {
    const message = 'Scheduled first backup by 2026-01-01 00:02:00 +0000 UTC';
    const at = await backedUpInMemory(({ kind, metadata }, add) => {
      if (kind !== 'ScheduledBackup') return;
      const about = { involvedObject: { kind, name: metadata.name } };
      add({ ...eventKind, metadata: { name: 'other' }, reason: 'BackupSchedule', message: 'of another' });
      add({ ...eventKind, metadata: { name: 'event' }, reason: 'BackupSchedule', message, ...about });
    });
    expect(await firstBySchedule(at, '0 2 * * *', options)).to.equal(message);
  });
});
