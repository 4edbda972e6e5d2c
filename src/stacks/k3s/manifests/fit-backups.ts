/** Points backups at the drill's own object store, and takes out what cannot run here. */
import { barmanPlugin as barman } from '../../../kubernetes/barman-plugin.ts';
import { bucketName } from '../../cnpg/names.ts';
import type { Fitting, Mutable } from './change.ts';
import type { Surroundings } from './surroundings.ts';

/** The Secret of `fixtures/manifests/10-minio.yaml`. */
const credentials = 'minio-credentials';
const storeWhy = 'backups of the drill go to its own object store';

/** @returns whether the Cluster archives its WAL then */
export function fitBackups(fitting: Fitting, cluster: Mutable, namespace: string, around: Surroundings): boolean {
  fitPlugins(fitting, cluster, around);
  const { backup } = cluster.spec;
  if (backup?.volumeSnapshot)
    fitting.remove(cluster, ['spec', 'backup', 'volumeSnapshot'], 'the volumes of the drill take no snapshots');
  if (backup?.barmanObjectStore) fitStore(fitting, cluster, ['spec', 'backup', 'barmanObjectStore'], namespace);
  const plugin = archiver(cluster);
  for (const store of fitting.of('ObjectStore')) {
    if (plugin && plugin.parameters?.barmanObjectName === store.metadata.name)
      fitStore(fitting, store, ['spec', 'configuration'], namespace);
    else fitting.leaveOut(store, 'the Cluster does not archive to it in the drill');
  }
  const archives = Boolean(cluster.spec.backup?.barmanObjectStore || plugin);
  fitSchedules(fitting, cluster, archives);
  return archives;
}

const archiver = (cluster: Mutable): Mutable =>
  (cluster.spec.plugins ?? []).find(({ name }: Mutable) => name === barman);

/** Without the plugin in the drill's cluster the same ObjectStore is written to by Barman in the tree. */
function fitPlugins(fitting: Fitting, cluster: Mutable, { plugin }: Surroundings): void {
  const plugins: Mutable[] = cluster.spec.plugins ?? [];
  const own = archiver(cluster);
  const kept = plugins.filter(({ name }) => plugin && name === barman);
  if (kept.length !== plugins.length)
    fitting.set(
      cluster,
      ['spec', 'plugins'],
      kept.length > 0 ? kept : undefined,
      plugin ? 'only the Barman Cloud plugin is installed in the drill' : 'the drill’s operator has no plugins',
    );
  if (plugin || !own) return;
  const store = fitting.of('ObjectStore').find(({ metadata }) => metadata.name === own.parameters?.barmanObjectName);
  if (!store) return;
  const { configuration, retentionPolicy } = store.spec;
  const { serverName } = own.parameters ?? {};
  fitting.set(
    cluster,
    ['spec', 'backup'],
    {
      ...cluster.spec.backup,
      ...(retentionPolicy && { retentionPolicy }),
      barmanObjectStore: { ...structuredClone(configuration), ...(serverName && { serverName }) },
    },
    'without the plugin, Barman in the tree writes to the same store',
  );
}

function fitStore(fitting: Fitting, object: Mutable, path: readonly string[], namespace: string): void {
  const store = path.reduce((at, key) => at[key], object);
  fitting.set(object, [...path, 'destinationPath'], `s3://${bucketName}/`, storeWhy);
  fitting.set(object, [...path, 'endpointURL'], `http://minio.${namespace}.svc.cluster.local:9000`, storeWhy);
  for (const field of ['azureCredentials', 'googleCredentials', 'endpointCA'])
    if (store[field]) fitting.remove(object, [...path, field], storeWhy);
  const key = (name: string) => ({ name: credentials, key: name });
  fitting.set(
    object,
    [...path, 's3Credentials'],
    { accessKeyId: key('access-key'), secretAccessKey: key('secret-key') },
    storeWhy,
  );
}

function fitSchedules(fitting: Fitting, cluster: Mutable, archives: boolean): void {
  const byPlugin = archiver(cluster) !== undefined;
  for (const schedule of fitting.of('ScheduledBackup')) {
    const { spec } = schedule;
    if (spec?.cluster?.name !== cluster.metadata.name) fitting.leaveOut(schedule, 'it is for another Cluster');
    else if (!archives) fitting.leaveOut(schedule, 'the Cluster has no object store in the drill');
    else if (spec.method === 'volumeSnapshot') fitting.leaveOut(schedule, 'the volumes of the drill take no snapshots');
    else if (spec.method === 'plugin' && !byPlugin) {
      fitting.remove(schedule, ['spec', 'method'], 'Barman in the tree takes its backups');
      fitting.remove(schedule, ['spec', 'pluginConfiguration'], 'Barman in the tree takes its backups');
    }
  }
}
