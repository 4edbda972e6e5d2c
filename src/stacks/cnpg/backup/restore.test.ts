import { expect } from 'chai';
import type { Kube } from '../api/kube.ts';
import { UnknownKindError } from '../api/rest.ts';
import { type KubeObject, podKind } from '../objects.ts';
import { restoreCluster, restoreLeftovers } from './restore.ts';
import { backedUpInMemory, siteInMemory } from './test-site.ts';

const options = { signal: new AbortController().signal, withinMs: 5_000, progress: () => {} };

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

/** The operator's job for a new Cluster fails at once. @param created gets the kinds of what is made */
const failing =
  (created: string[]) =>
  ({ kind, metadata }: KubeObject, add: (object: KubeObject) => void): void => {
    created.push(kind);
    if (kind !== 'Cluster') return;
    const labels = { 'cnpg.io/cluster': metadata.name };
    const spec = { containers: [{ name: 'full-recovery' }] };
    const status = { phase: 'Failed' };
    add({ ...podKind, metadata: { name: `${metadata.name}-1-full-recovery`, labels }, spec, status } as KubeObject);
  };

describe('a restore into a new Cluster', () => {
  for (const [by, made] of [
    ['tree', ['Secret', 'Service', 'Cluster']],
    ['plugin', ['Secret', 'Service', 'ObjectStore', 'Cluster']],
  ] as const)
    it(`that fails reports which WAL is missing, and leaves nothing (by the ${by})`, async () => {
      const created: string[] = [];
      const at = await backedUpInMemory(failing(created), answer, by);
      const before = [...at.objects];
      const error = await restoreCluster(at, { kind: 'latest' }, options).catch((reason: Error) => reason);
      expect(created).to.deep.equal(made);
      expect(error).to.include({ backup: 'b1' });
      expect(String(error)).to.contain(
        'the restore failed: WAL is missing from the archive: 000000010000000000000003; the archive ends before',
      );
      expect(at.objects).to.deep.equal(before);
    });

  it('that was cut off is found again', async () => {
    const at = siteInMemory(() => {});
    await at.kube.create({ apiVersion: 'v1', kind: 'Secret', metadata: { name: 'pgdrill-restore-1a2b3c' } });
    await at.kube.create({ apiVersion: 'v1', kind: 'Secret', metadata: { name: 'minio-credentials' } });
    expect((await restoreLeftovers(at)).map(({ metadata }) => metadata.name)).to.deep.equal(['pgdrill-restore-1a2b3c']);
  });

  it('is looked for also where there are no ObjectStores', async () => {
    const at = siteInMemory(() => {});
    const list = async (ref: { kind: string }) => {
      if (ref.kind === 'ObjectStore') throw new UnknownKindError('the cluster has no ObjectStore');
      return [];
    };
    expect(await restoreLeftovers({ ...at, kube: { list } as unknown as Kube })).to.deep.equal([]);
  });
});
