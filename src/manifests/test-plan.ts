/** For tests: a plan, and what is made from it. */
import { type Manifest, type Monthly, monthlyManifests } from './index.ts';
import { restoreNamespaceFor } from './plan.ts';

export const digest = `sha256:${'a'.repeat(64)}`;
export const plan: Monthly = {
  ...{ namespace: 'db', cluster: 'pg', database: 'app', secret: 'app-user', operatorNamespace: 'cnpg-system' },
  ...{ image: `example.org/pgdrill@${digest}`, pullSecrets: [], profile: 'platform' },
  ...{ schedule: '0 3 1 * *', timeZone: 'Etc/UTC', enabled: false },
  ...{
    generators: 0,
    pushgateway: undefined,
    prometheus: undefined,
    hooks: {},
    limits: {},
    assertions: [],
    grafanaSecret: 'pgdrill-grafana',
  },
  ...{
    words: [],
    bucket: undefined,
    storeSecrets: [],
    storageClasses: ['fast'],
    storeAddress: undefined,
    restoreNamespace: restoreNamespaceFor('db', 'pg'),
    chat: undefined,
  },
  ...{
    apiServers: [],
    apiPorts: [443, 6443],
    podPorts: {},
    ...{ storeCidrs: [], reportCidrs: [], identities: [], cloudAccount: undefined },
    archiveAccount: false,
    admission: true,
    defaultDeny: false,
    monitoring: undefined,
  },
  scenarios: [{ name: 'planned-switchover', needs: ['switchover'], text: 'export default 1;\n' }],
};
export const made = (change: Partial<Monthly> = {}): Manifest[] => monthlyManifests({ ...plan, ...change });

/** The object of a kind, and of a name where there are several. */
// biome-ignore lint/suspicious/noExplicitAny: manifests are data of many kinds
export const one = (kind: string, objects: readonly Manifest[] = made(), name?: string): any =>
  objects.find((object) => object.kind === kind && (!name || (object.metadata as { name: string }).name === name));
// biome-ignore lint/suspicious/noExplicitAny: a pod is data
export const podOf = (name: string, objects: readonly Manifest[] = made()): any =>
  one('CronJob', objects, name).spec.jobTemplate.spec.template.spec;
