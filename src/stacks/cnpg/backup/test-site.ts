/** A cluster in memory for tests: objects are kept as they are created, and the store answers as it is told. */
import type { StoreAnswer } from '../../backup/object-store.ts';
import type { Kube } from '../kube.ts';
import { manifestSite } from '../names.ts';
import type { KubeObject, Ref } from '../objects.ts';
import type { BackupSite } from './site.ts';

/** @param onCreate what the operator does once an object is there */
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
    list: async ({ kind }: Ref, _namespace: string, selector = '=') => {
      const [label, value] = selector.split('=') as [string, string];
      return objects.filter((one) => one.kind === kind && (!label || one.metadata.labels?.[label] === value));
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
