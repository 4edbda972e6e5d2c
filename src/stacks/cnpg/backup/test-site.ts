/** A cluster in memory for tests: objects are kept as they are created, and the store answers as the test says. */
import type { StoreAnswer } from '../../../object-store/object-store.ts';
import type { Kube } from '../api/kube.ts';
import { readManifests } from '../manifests.ts';
import { manifestSite } from '../names.ts';
import type { Cluster, KubeObject, Ref } from '../objects.ts';
import { archiverOf } from './archiver.ts';
import { byWhatIsOffered } from './by-plugin.ts';
import type { BackedUp, BackupSite } from './site.ts';

/** @param onCreate what the operator does once an object exists */
export function siteInMemory(
  onCreate: (created: KubeObject, add: (object: KubeObject) => void) => void,
  answer: (method: string, path: string) => StoreAnswer = () => ({ status: 200, body: '' }),
): BackupSite & { readonly objects: KubeObject[] } {
  const objects: KubeObject[] = [];
  const isAt =
    ({ kind, metadata }: Pick<Ref, 'kind' | 'metadata'>) =>
    (object: KubeObject) =>
      object.kind === kind && object.metadata.name === metadata.name;
  const create = async (object: KubeObject) => {
    objects.push(object);
    onCreate(object, (more) => objects.push(more));
  };
  const kube = {
    create,
    apply: create,
    read: async (ref: Ref) => objects.find(isAt(ref)),
    list: async ({ kind }: Ref, _namespace: string, selector = '') => {
      const wanted = selector.split(',').map((one) => one.split('=') as [string, string?]);
      const has = ({ metadata }: KubeObject) =>
        wanted.every(([label, value]) => label === '' || metadata.labels?.[label] === value);
      return objects.filter((one) => one.kind === kind && has(one));
    },
    delete: async (ref: Ref) => void objects.splice(0, objects.length, ...objects.filter((one) => !isAt(ref)(one))),
    log: async () => 'FATAL:  recovery ended before configured recovery target was reached',
  } as unknown as Kube;
  const account = { accessKey: 'a', secretKey: 's' };
  const store = { host: 'minio', port: 9000, bucket: 'b', account };
  const send = async ({ method, path }: { method: string; path: string }) => answer(method, path);
  const reach = (port: number) => ({ host: 'localhost', port });
  return { objects, kube, site: manifestSite, store: { ...store, send }, restorePort: 1, reach };
}

/** The Cluster of the manifests, as Barman in the tree backs it up; with its ObjectStore before it, as the plugin does. */
export async function manifestCluster(by: 'tree' | 'plugin' = 'tree'): Promise<KubeObject[]> {
  const cluster = (await readManifests()).filter(({ kind }) => kind === 'Cluster');
  return by === 'tree' ? cluster : [...(await byWhatIsOffered({ list: async () => [] }, cluster))];
}

/** As `siteInMemory`, of that Cluster, which is not among the objects. */
export async function backedUpInMemory(
  onCreate: Parameters<typeof siteInMemory>[0],
  answer?: Parameters<typeof siteInMemory>[1],
  by?: Parameters<typeof manifestCluster>[0],
): Promise<BackedUp & { readonly objects: KubeObject[] }> {
  const at = siteInMemory(onCreate, answer);
  const [store, source = store] = await manifestCluster(by);
  if (source !== store) at.objects.push(store!);
  return { ...at, source: source as Cluster, archiver: await archiverOf(at, source as Cluster) };
}
