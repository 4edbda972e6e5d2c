/** The manifests of unattended monthly drills: what `pgdrill manifests` prints. Pure. */
import { stringify } from 'yaml';
import type { FaultKind } from '../faults/index.ts';
import type { Right } from '../faults/right.ts';
import type { HooksConfig } from '../hooks/config.ts';
import { grafanaToken } from '../hooks/index.ts';
import { inCluster } from '../kubernetes/kubeconfig.ts';
import { configFile } from '../project/config.ts';
import { apart, apartFromInstances, unprivileged } from '../stacks/cluster/pods/own-pods.ts';
import { restoreRights, rightsFor, watchdogRights } from '../stacks/cluster/safety/rights.ts';
import { serviceAccount } from '../stacks/cluster/safety/watchdog.ts';
import { backWithinMs } from '../stacks/cnpg/faults/back.ts';
import { rulesOf } from './role.ts';

export interface Monthly {
  readonly namespace: string;
  readonly cluster: string;
  readonly database: string;
  readonly secret: string;
  readonly operatorNamespace: string;
  readonly image: string;
  /** Five fields, as CronJobs have it. */
  readonly schedule: string;
  readonly scenarios: readonly {
    readonly name: string;
    readonly needs: readonly FaultKind[];
    /** Backups are restored. */
    readonly restores?: boolean;
    readonly text: string;
  }[];
  /** `s3://bucket/prefix`, with the Secret that holds AWS_…; absent: a volume. */
  readonly bucket: { readonly to: string; readonly secret: string; readonly endpoint: string | undefined } | undefined;
  readonly pushgateway: string | undefined;
  readonly prometheus: string | undefined;
  /** Who is notified of the drills. */
  readonly hooks: HooksConfig;
  /** The Secret with Grafana's token. */
  readonly grafanaSecret: string;
  /** Further options of the drill, as you would type them. */
  readonly words: readonly string[];
  /** Pods that the load is made in; 0: the drill's own. */
  readonly generators: number;
}
export type Manifest = Readonly<Record<string, unknown>>;

const labels = { 'app.kubernetes.io/name': 'pgdrill' };
const reportsClaim = 'pgdrill-reports';
/** A pod that is evicted in the middle of a fault has the time to see the instance ready again, and to remove what it made. */
const graceS = backWithinMs / 1_000 + 120;
/** Where the image has its scenarios: a scenario imports what lies beside that folder. */
const scenarioFolder = '/app/scenarios-chosen';

/** All objects, in the order in which they are applied. */
export function monthlyManifests(plan: Monthly): Manifest[] {
  const faults = [...new Set(plan.scenarios.flatMap(({ needs }) => needs))];
  const restores = plan.scenarios.some((one) => one.restores) ? restoreRights : [];
  const rights = [...rightsFor(faults, plan), ...watchdogRights, ...restores];
  const near = rights.filter(({ where }) => where === 'cluster');
  const far = rights.filter(({ where }) => where === 'operator');
  const all = rights.filter(({ where }) => where === 'everywhere');
  return [
    object(plan, 'v1', 'ServiceAccount', serviceAccount, {}),
    ...roleAndBinding(plan, plan.namespace, near),
    ...(far.length > 0 ? roleAndBinding(plan, plan.operatorNamespace, far) : []),
    ...(all.length > 0 ? clusterRole(plan, all) : []),
    object(plan, 'v1', 'ConfigMap', 'pgdrill-scenarios', {
      data: Object.fromEntries(filesOf(plan).map(({ file, text }) => [file, text])),
    }),
    ...(plan.bucket ? [] : [volume(plan)]),
    networkPolicy(plan),
    cronJob(plan),
  ];
}

const object = ({ namespace }: Monthly, apiVersion: string, kind: string, name: string, rest: Manifest): Manifest => ({
  apiVersion,
  kind,
  metadata: { name, namespace, labels },
  ...rest,
});

function roleAndBinding(plan: Monthly, namespace: string, rights: readonly Right[]): Manifest[] {
  const there = { ...plan, namespace };
  const rbac = 'rbac.authorization.k8s.io';
  return [
    object(there, `${rbac}/v1`, 'Role', 'pgdrill', { rules: rulesOf(rights) }),
    object(there, `${rbac}/v1`, 'RoleBinding', 'pgdrill', {
      roleRef: { apiGroup: rbac, kind: 'Role', name: 'pgdrill' },
      subjects: [{ kind: 'ServiceAccount', name: serviceAccount, namespace: plan.namespace }],
    }),
  ];
}

/** For what has no namespace, and for the namespaces of restores, whose names nobody knows beforehand. */
function clusterRole({ namespace, cluster }: Monthly, rights: readonly Right[]): Manifest[] {
  const apiGroup = 'rbac.authorization.k8s.io';
  const name = `pgdrill-${namespace}-${cluster}`;
  const made = (kind: string, rest: Manifest): Manifest => ({
    ...{ apiVersion: `${apiGroup}/v1`, kind, metadata: { name, labels } },
    ...rest,
  });
  return [
    made('ClusterRole', { rules: rulesOf(rights) }),
    made('ClusterRoleBinding', {
      roleRef: { apiGroup, kind: 'ClusterRole', name },
      subjects: [{ kind: 'ServiceAccount', name: serviceAccount, namespace }],
    }),
  ];
}

const volume = (plan: Monthly): Manifest =>
  object(plan, 'v1', 'PersistentVolumeClaim', reportsClaim, {
    spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '5Gi' } } },
  });

/** The files that the drill reads, by the path that it reads them from. */
const filesOf = ({ scenarios, hooks }: Monthly) => [
  ...scenarios.map(({ name, text }) => ({ file: `${name}.ts`, path: `${scenarioFolder}/${name}.ts`, text })),
  ...(Object.keys(hooks).length > 0
    ? [{ file: configFile, path: `/app/${configFile}`, text: stringify({ hooks }, { lineWidth: 0 }) }]
    : []),
];

/** Nobody connects to the drill; it connects to databases, names, the API and where it reports to. */
function networkPolicy(plan: Monthly): Manifest {
  const port = (port: number, protocol = 'TCP') => ({ port, protocol });
  const { bucket, pushgateway, prometheus, hooks } = plan;
  const notified = [hooks.webhook, hooks.alertmanager?.url, hooks.grafana?.url];
  const addresses = [bucket?.endpoint, pushgateway, prometheus, ...notified].filter((one) => one !== undefined);
  return object(plan, 'networking.k8s.io/v1', 'NetworkPolicy', 'pgdrill', {
    spec: {
      podSelector: { matchLabels: labels },
      policyTypes: ['Ingress', 'Egress'],
      egress: [
        { to: [{ podSelector: {} }], ports: [port(5432)] },
        { ports: [port(53), port(53, 'UDP')] },
        { ports: [...new Set([443, 6443, ...addresses.map(portOf)])].map((one) => port(one)) },
      ],
    },
  });
}

function portOf(address: string): number {
  const { port, protocol } = new URL(address);
  return Number(port) || (protocol === 'http:' ? 80 : 443);
}

/** The options of the drill, as they would be typed. */
function drillArguments(plan: Monthly): string[] {
  const { namespace, cluster, database, secret, operatorNamespace, image, scenarios, bucket } = plan;
  const { pushgateway, prometheus, generators, words } = plan;
  return [
    ...['run', ...scenarios.map(({ name }) => name), '--stack', 'cluster', '--context', inCluster],
    ...['--namespace', namespace, '--cluster', cluster, '--database', database, '--secret', secret],
    ...['--operator-namespace', operatorNamespace, '--watchdog-image', image],
    ...['--yes', '--reason', 'scheduled drill', '--out', '/reports'],
    ...(bucket ? ['--publish', bucket.to] : []),
    ...(pushgateway ? ['--pushgateway', pushgateway] : []),
    ...(prometheus ? ['--prometheus', prometheus] : []),
    ...(generators > 0 ? ['--generators', String(generators)] : []),
    ...words,
  ];
}

function cronJob(plan: Monthly): Manifest {
  const { bucket, hooks, grafanaSecret, image, schedule } = plan;
  const container = {
    name: 'pgdrill',
    image,
    imagePullPolicy: 'IfNotPresent',
    args: drillArguments(plan),
    env: [
      { name: 'PGDRILL_SCENARIOS', value: scenarioFolder },
      { name: 'PGDRILL_STATE', value: '/tmp/pgdrill' },
      ...(bucket?.endpoint ? [{ name: 'AWS_ENDPOINT_URL', value: bucket.endpoint }] : []),
      ...(hooks.grafana
        ? [{ name: grafanaToken, valueFrom: { secretKeyRef: { name: grafanaSecret, key: grafanaToken } } }]
        : []),
    ],
    ...(bucket && { envFrom: [{ secretRef: { name: bucket.secret } }] }),
    securityContext: unprivileged,
    resources: { requests: { cpu: '1', memory: '512Mi' }, limits: { memory: '2Gi' } },
    volumeMounts: [
      { name: 'reports', mountPath: '/reports' },
      // By subPath: a ConfigMap that is mounted as a folder is links to elsewhere, from where imports lead nowhere.
      ...filesOf(plan).map(({ file, path }) => ({ name: 'scenarios', mountPath: path, subPath: file })),
    ],
  };
  const pod = {
    serviceAccountName: serviceAccount,
    restartPolicy: 'Never',
    terminationGracePeriodSeconds: graceS,
    affinity: apart(apartFromInstances(plan.cluster)),
    securityContext: { fsGroup: 1000 },
    containers: [container],
    volumes: [
      bucket
        ? { name: 'reports', emptyDir: {} }
        : { name: 'reports', persistentVolumeClaim: { claimName: reportsClaim } },
      { name: 'scenarios', configMap: { name: 'pgdrill-scenarios' } },
    ],
  };
  return object(plan, 'batch/v1', 'CronJob', 'pgdrill', {
    spec: {
      schedule,
      concurrencyPolicy: 'Forbid',
      jobTemplate: {
        spec: { backoffLimit: 0, activeDeadlineSeconds: 7_200, template: { metadata: { labels }, spec: pod } },
      },
    },
  });
}
