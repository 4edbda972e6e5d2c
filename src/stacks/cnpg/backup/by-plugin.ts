/** The manifests for a cluster that has the Barman Cloud plugin: it takes the place of Barman in the tree. */
import { archivingPlugin, objectStore, objectStoreKind, pluginMethod } from '../../../kubernetes/barman-plugin.ts';
import type { Kube } from '../api/kube.ts';
import { UnknownKindError } from '../api/rest.ts';
import type { KubeObject } from '../objects.ts';
import type { BarmanObjectStore } from './archiver.ts';

interface InTree {
  readonly barmanObjectStore?: BarmanObjectStore;
  readonly retentionPolicy?: string;
}
type WithSpec = KubeObject & { readonly spec: Readonly<Record<string, unknown>> };

/** The objects as they are, or by the plugin where the cluster has it. */
export async function byWhatIsOffered(
  kube: Pick<Kube, 'list'>,
  objects: readonly KubeObject[],
): Promise<readonly KubeObject[]> {
  try {
    await kube.list(objectStoreKind);
  } catch (error) {
    if (error instanceof UnknownKindError) return objects;
    throw error;
  }
  return objects.flatMap((object) => byPlugin(object as WithSpec));
}

/** A Cluster that archives comes with its ObjectStore before it. */
function byPlugin(object: WithSpec): readonly KubeObject[] {
  if (object.kind === 'ScheduledBackup')
    return [{ ...object, spec: { ...object.spec, ...pluginMethod } } as KubeObject];
  const { backup, ...spec } = object.spec ?? {};
  const { barmanObjectStore, retentionPolicy } = (backup ?? {}) as InTree;
  if (object.kind !== 'Cluster' || !barmanObjectStore) return [object];
  const { serverName, ...configuration } = barmanObjectStore;
  const { name, namespace } = object.metadata;
  const store = `${name}-store`;
  const plugins = [archivingPlugin(store, serverName)];
  return [
    objectStore(store, namespace, configuration, retentionPolicy),
    { ...object, spec: { ...spec, plugins } } as KubeObject,
  ];
}
