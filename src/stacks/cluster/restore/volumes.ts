/** Volumes of restores: a class that keeps them would leave a copy of the data with each, and what is left is looked for. */
import { UsageError } from '../../../errors.ts';
import { apiMessage, apiStatus, type Kube } from '../../cnpg/api/kube.ts';
import type { Cluster, KubeObject } from '../../cnpg/objects.ts';

const volumeKind = { apiVersion: 'v1', kind: 'PersistentVolume' } as const;
const classKind = { apiVersion: 'storage.k8s.io/v1', kind: 'StorageClass' } as const;
const defaultClass = 'storageclass.kubernetes.io/is-default-class';

interface Volume extends KubeObject {
  readonly spec?: {
    readonly claimRef?: { readonly namespace?: string };
    readonly persistentVolumeReclaimPolicy?: string;
  };
}
interface StorageClass extends KubeObject {
  readonly reclaimPolicy?: string;
}
interface Storage {
  readonly storageClass?: string;
  readonly pvcTemplate?: { readonly storageClassName?: string };
}

/** Storage of an instance: data, WAL and tablespaces. */
const storagesOf = ({ spec }: Pick<Cluster, 'spec'>): Storage[] => {
  const {
    storage,
    walStorage,
    tablespaces = [],
  } = spec as {
    storage?: Storage;
    walStorage?: Storage;
    tablespaces?: readonly { readonly storage?: Storage }[];
  };
  return [storage, walStorage, ...tablespaces.map((one) => one.storage)].filter((one) => one !== undefined);
};

/** The classes that a Cluster names for its storage. */
export const classesOf = (cluster: Pick<Cluster, 'spec'>): string[] => [
  ...new Set(
    storagesOf(cluster).flatMap(({ storageClass, pvcTemplate }) =>
      [storageClass, pvcTemplate?.storageClassName].filter((name) => name !== undefined),
    ),
  ),
];

/** The spec with this class in place of each that it names. */
export function withClass<Spec extends object>(spec: Spec, name: string | undefined): Spec {
  if (name === undefined) return spec;
  const changed = ({ pvcTemplate, ...storage }: Storage): Storage => ({
    ...storage,
    ...(pvcTemplate && { pvcTemplate: { ...pvcTemplate, storageClassName: name } }),
    storageClass: name,
  });
  const { storage, walStorage, tablespaces } = spec as {
    storage?: Storage;
    walStorage?: Storage;
    tablespaces?: readonly { readonly storage: Storage }[];
  };
  return {
    ...spec,
    ...(storage && { storage: changed(storage) }),
    ...(walStorage && { walStorage: changed(walStorage) }),
    ...(tablespaces && { tablespaces: tablespaces.map((one) => ({ ...one, storage: changed(one.storage) })) }),
  };
}

/** @throws UsageError where a storage class does not exist, or keeps volumes whose claims are gone */
export async function refuseKeepingClass(kube: Kube, cluster: Pick<Cluster, 'spec'>): Promise<void> {
  const classes = await kube.list<StorageClass>(classKind).catch((error: unknown) => {
    // The volumes themselves are looked at afterwards.
    if (apiStatus(error) === 403) return undefined;
    throw new Error(`the storage classes could not be listed: ${apiMessage(error)}`, { cause: error });
  });
  if (!classes) return;
  const usual = classes.find(({ metadata }) => metadata.annotations?.[defaultClass] === 'true')?.metadata.name;
  for (const { storageClass, pvcTemplate } of storagesOf(cluster)) {
    const name = storageClass ?? pvcTemplate?.storageClassName ?? usual;
    const found = classes.find(({ metadata }) => metadata.name === name);
    const other = 'name a class that deletes them with --restore-storage-class';
    if (name && !found) throw new UsageError(`the storage class ${name} does not exist; ${other}`);
    const policy = found?.reclaimPolicy ?? 'Delete';
    if (policy !== 'Delete')
      throw new UsageError(
        `the storage class ${name} keeps volumes whose claims are gone (reclaimPolicy ${policy}): a restore would leave a copy of the data; ${other}`,
      );
  }
}

/**
 * Volumes that claims of these namespaces have, or had before they were deleted.
 * @returns a text each; undefined where this user may not list volumes, so that nobody knows
 */
export async function volumesOf(kube: Kube, namespaces: readonly string[]): Promise<string[] | undefined> {
  const all = await kube.list<Volume>(volumeKind).catch((error: unknown) => {
    if (apiStatus(error) === 403) return undefined;
    throw error;
  });
  return all?.flatMap(({ metadata: { name }, spec }) => {
    const namespace = spec?.claimRef?.namespace ?? '';
    if (!namespaces.includes(namespace)) return [];
    const policy = spec?.persistentVolumeReclaimPolicy ?? 'Delete';
    const keeps = policy === 'Delete' ? '' : `, which its reclaim policy ${policy} keeps until someone deletes it`;
    return [`PersistentVolume ${name} of ${namespace}${keeps}`];
  });
}

/** Said where nobody can know whether volumes are left. */
export const volumesUnseen = 'volumes of the restore: this user may not list persistentvolumes';
