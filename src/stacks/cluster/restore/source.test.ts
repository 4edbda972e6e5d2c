import { expect } from 'chai';
import { describe, it } from 'mocha';
import type { Kube } from '../../cnpg/api/kube.ts';
import type { Backup, Cluster } from '../../cnpg/objects.ts';
import { sourceOf } from './source.ts';

const cluster = {
  metadata: { name: 'pg', namespace: 'db' },
  spec: { instances: 3, backup: { barmanObjectStore: { destinationPath: 's3://b/' } } },
  status: { image: 'ghcr.io/cloudnative-pg/postgresql:17.5-system-trixie' },
} as unknown as Cluster;
const at = { kube: {} as Kube, site: { namespace: 'db', cluster: 'pg', operatorNamespace: 'cnpg-system' } };
const taken = (name: string, more: Record<string, unknown> = {}): Backup =>
  ({
    metadata: { name },
    status: {
      phase: 'completed',
      method: 'barmanObjectStore',
      backupId: `id-${name}`,
      stoppedAt: '2026-11-30T01:00:00Z',
      ...more,
    },
  }) as unknown as Backup;
const source = (backups: readonly Backup[], wanted?: string) =>
  sourceOf(at, { cluster, backups }, wanted).then(
    ({ backup }) => backup.id,
    (error: Error) => error.message,
  );

describe('the backup that is restored', () => {
  it('is the newest that is complete and that the archiver took', async () => {
    const later = { stoppedAt: '2026-11-30T02:00:00Z' };
    const all = [
      taken('a'),
      taken('b', later),
      taken('running', { ...later, phase: 'running' }),
      taken('snapshot', { stoppedAt: '2026-11-30T03:00:00Z', method: 'volumeSnapshot' }),
    ];
    expect(await source(all)).to.equal('id-b');
    expect(await source(all, 'a')).to.equal('id-a');
  });

  it('is refused where it does not exist, or is not complete', async () => {
    expect(await source([])).to.match(
      /^the Cluster pg has no completed Backup of the method barmanObjectStore; take one/,
    );
    expect(await source([taken('a', { phase: 'failed' })])).to.include('it has a (failed)');
    expect(await source([taken('nightly')], 'nigthly')).to.include('did you mean nightly?');
    expect(await source([taken('a', { phase: 'running' })], 'a')).to.equal(
      'the Backup a should be completed, but its phase is running',
    );
  });

  it('is refused where another major version of PostgreSQL wrote it', async () => {
    expect(await source([taken('a', { majorVersion: 16 })])).to.include('is of PostgreSQL 16, but the Cluster runs 17');
    expect(await source([taken('a', { majorVersion: 17 })])).to.equal('id-a');
  });
});
