/** For tests: an API with a cluster in it, on which everything can be asked that a drill asks. */
import type { Target } from '../../faults/target.ts';
import type { NodeShell } from '../cnpg/node-shell.ts';
import type { TestApi } from './test-api.ts';

const cnpg = '/apis/postgresql.cnpg.io/v1/namespaces/db';
const pods = '/api/v1/namespaces/db/pods';
const ready = { conditions: [{ type: 'Ready', status: 'True' }], phase: 'Running', podIP: '10.0.0.1' };
const containerStatuses = [{ name: 'postgres', ready: true, restartCount: 0 }];
const instance = { 'cnpg.io/cluster': 'pg', 'cnpg.io/podRole': 'instance' };
const operator = { 'app.kubernetes.io/name': 'cloudnative-pg' };

/** A cluster with everything that a drill looks at; pods that are deleted or evicted come back, as Kubernetes makes them. */
export function furnish(api: TestApi): () => void {
  const wal = {
    barmanObjectStore: { destinationPath: 's3://b', s3Credentials: { accessKeyId: { name: 'store', key: 'K' } } },
  };
  api.add(`${cnpg}/clusters/pg`, {
    metadata: { name: 'pg', namespace: 'db' },
    spec: { instances: 2, backup: wal, storage: { size: '1Gi' } },
    status: { image: 'i:18.1', currentPrimary: 'pg-1', targetPrimary: 'pg-1', instanceNames: ['pg-1', 'pg-2'] },
  });
  const managedFields = [{ manager: 'kubectl', operation: 'Update', fieldsV1: { 'f:spec': { 'f:cluster': {} } } }];
  const metadata = { name: 'pool', managedFields };
  api.add(`${cnpg}/poolers/pool`, { metadata, spec: { cluster: { name: 'pg' }, pgbouncer: {} } });
  api.add(`${cnpg}/backups/b`, {
    spec: { cluster: { name: 'pg' } },
    status: { phase: 'completed', method: 'barmanObjectStore', backupId: '1', stoppedAt: '2026-01-01T00:00:00Z' },
  });
  const data = {
    username: Buffer.from('app').toString('base64'),
    password: Buffer.from('geheim-1').toString('base64'),
  };
  for (const name of ['app-user', 'store']) api.add(`/api/v1/namespaces/db/secrets/${name}`, { data });
  api.add('/api/v1/nodes/a', { spec: {} });
  api.add('/apis/apps/v1/namespaces/cnpg-system/deployments/cnpg', {
    metadata: { name: 'cnpg', labels: operator },
    spec: { replicas: 1 },
  });
  const pod = (path: string, labels: Record<string, string>) => {
    if (api.objects.has(path)) return;
    const spec = { nodeName: 'a', containers: [{ name: 'postgres', image: 'i' }] };
    api.add(path, {
      metadata: { name: path.split('/').at(-1)!, labels },
      spec,
      status: { ...ready, containerStatuses },
    });
  };
  const keep = () => {
    for (const name of ['pg-1', 'pg-2']) {
      if (api.objects.delete(`${pods}/${name}/eviction/${name}`)) api.objects.delete(`${pods}/${name}`);
      pod(`${pods}/${name}`, instance);
    }
    pod(`${pods}/pool-x`, { 'cnpg.io/poolerName': 'pool' });
    const { replicas } = api.objects.get('/apis/apps/v1/namespaces/cnpg-system/deployments/cnpg')!.spec as {
      replicas: number;
    };
    if (replicas > 0) pod('/api/v1/namespaces/cnpg-system/pods/cnpg-1', operator);
  };
  keep();
  const timer = setInterval(keep, 20);
  return () => clearInterval(timer);
}

/** A node that does what it is asked and says what it should. */
export const shell: NodeShell = {
  run: async (script) => (script.includes('-t mangle') ? '' : '0'),
  arm: async () => ({ fire: async () => {}, checked: async () => '3' }),
  guard: async () => {},
  timed: async () => ({ begin: async () => {}, record: () => Promise.reject(new Error('not asked')) }),
  endTimed: async () => 'ended 1 1 time',
};
export const target: Target = { kind: 'instance', name: 'pg-1', host: 'a', address: '10.0.0.1' };

/** The plugin archives, in place of Barman in the tree. */
export function byPlugin(api: TestApi): void {
  const configuration = { destinationPath: 's3://b', s3Credentials: { accessKeyId: { name: 'store', key: 'K' } } };
  api.add('/apis/barmancloud.cnpg.io/v1/namespaces/db/objectstores/store', { spec: { configuration } });
  const cluster = api.objects.get(`${cnpg}/clusters/pg`)!;
  const plugins = [
    { name: 'barman-cloud.cloudnative-pg.io', isWALArchiver: true, parameters: { barmanObjectName: 'store' } },
  ];
  api.add(`${cnpg}/clusters/pg`, { ...cluster, spec: { instances: 2, storage: { size: '1Gi' }, plugins } });
  const status = { phase: 'completed', method: 'plugin', backupId: '1', stoppedAt: '2026-01-01T00:00:00Z' };
  api.add(`${cnpg}/backups/b`, { spec: { cluster: { name: 'pg' } }, status });
}
