import { expect } from 'chai';
import { readManifests } from '../manifests.ts';
import type { Cluster } from '../objects.ts';
import { podKind } from '../objects.ts';
import { restoreCluster, restoreLeftovers } from './restore.ts';
import { siteInMemory } from './test-site.ts';

const options = { signal: new AbortController().signal, withinMs: 5_000, progress: () => {} };
const source = async () => (await readManifests()).find(({ kind }) => kind === 'Cluster') as unknown as Cluster;

const key = (name: string) => `<Contents><Key>${name}</Key><Size>1</Size></Contents>`;
const info = 'begin_wal=000000010000000000000002\nend_time=2026-01-01 00:00:00+00\nstatus=DONE\n';
/** A store with one backup, whose archive lacks the third segment, and an account that cannot write. */
function answer(method: string, path: string) {
  if (method === 'PUT') return { status: 403, body: '' };
  if (method === 'POST') return { status: 200, body: '<AccessKeyId>k</AccessKeyId>' };
  if (path.includes('wals'))
    return { status: 200, body: ['2', '4'].map((n) => key(`postgres/wals/x/00000001000000000000000${n}`)).join('') };
  return { status: 200, body: path.includes('list-type') ? key('postgres/base/b1/backup.info') : info };
}

describe('a restore into a new Cluster', () => {
  it('that fails tells which WAL is missing, and leaves nothing', async () => {
    const made: string[] = [];
    const at = siteInMemory(({ kind, metadata }, add) => {
      made.push(kind);
      if (kind !== 'Cluster') return;
      const labels = { 'cnpg.io/cluster': metadata.name };
      const spec = { containers: [{ name: 'full-recovery' }] };
      add({
        ...podKind,
        metadata: { name: `${metadata.name}-1-full-recovery`, labels },
        spec,
        status: { phase: 'Failed' },
      });
    }, answer);
    const error = await restoreCluster(at, await source(), { kind: 'latest' }, options).catch(
      (reason: Error) => reason,
    );
    expect(made).to.deep.equal(['Secret', 'Service', 'Cluster']);
    expect(String(error)).to.contain(
      'the restore failed: WAL is missing from the archive: 000000010000000000000003; the archive ends before',
    );
    expect(at.objects).to.deep.equal([]);
  });

  it('that was cut off is found again', async () => {
    const at = siteInMemory(() => {});
    await at.kube.create({ apiVersion: 'v1', kind: 'Secret', metadata: { name: 'pgdrill-restore-1a2b3c' } });
    await at.kube.create({ apiVersion: 'v1', kind: 'Secret', metadata: { name: 'minio-credentials' } });
    expect((await restoreLeftovers(at)).map(({ metadata }) => metadata.name)).to.deep.equal(['pgdrill-restore-1a2b3c']);
  });
});
