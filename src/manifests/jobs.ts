/** The two CronJobs: the drill, and the watchdog that undoes what it broke should it die. Pure. */
import { stringify } from 'yaml';
import { chatAddress } from '../hooks/chat.ts';
import { grafanaToken } from '../hooks/index.ts';
import { inCluster } from '../kubernetes/in-cluster.ts';
import { configFile } from '../project/config.ts';
import { apart, apartFromInstances, unprivileged } from '../stacks/cluster/pods/own-pods.ts';
import { serviceAccount } from '../stacks/cluster/safety/account.ts';
import { backWithinMs } from '../stacks/cnpg/faults/back.ts';
import { labels, type Manifest, type Monthly, object } from './plan.ts';

const reportsClaim = 'pgdrill-reports';
/** A pod that is evicted in the middle of a fault has the time to see the instance ready again, and to remove what it made. */
const graceS = backWithinMs / 1_000 + 120;
/** All drills of one CronJob together take no longer. */
const deadlineS = 7_200;
/** A node may be full, or the controller away: later than this the drill waits for its next turn. */
const startWithinS = 600;
/** The watchdog's pod comes with the drill's and waits this long for the next drill to begin. */
const nextDrillWithinS = 900;
/** The longest that undoing takes: instances ready again, pods on nodes removed, a primary to drop the schema. */
const healWithinS = 900;
/** A drill may start late, take its time, and take its grace; then the watchdog undoes, and waits for the next. */
const watchdogDeadlineS = startWithinS + deadlineS + graceS + healWithinS + nextDrillWithinS;
/** Where the image has its scenarios: a scenario imports what lies beside that folder. */
const scenarioFolder = '/app/scenarios-chosen';
/** Filled in by Kubernetes, so that an overlay may move everything to another namespace. */
const ownNamespace = '$(PGDRILL_NAMESPACE)';

const assertionsPath = '/app/assertions.yaml';

const tmp = { name: 'tmp', mountPath: '/tmp' };
const tmpVolume = { name: 'tmp', emptyDir: { sizeLimit: '1Gi' } };

/** The files that the drill reads, by the path that it reads them from. */
const filesOf = ({ scenarios, hooks, limits, assertions }: Monthly) => [
  ...scenarios.map(({ name, text }) => ({ file: `${name}.ts`, path: `${scenarioFolder}/${name}.ts`, text })),
  ...carriedBy(scenarios).map(({ path, text }) => ({ file: path.replaceAll('/', '__'), path: `/app/${path}`, text })),
  ...yamlFile(configFile, `/app/${configFile}`, { ...filled('hooks', hooks), ...filled('limits', limits) }),
  ...yamlFile('assertions.yaml', assertionsPath, assertions.length > 0 ? { assertions } : {}),
];
const filled = (name: string, value: object) => (Object.keys(value).length > 0 ? { [name]: value } : {});
const yamlFile = (file: string, path: string, content: object) =>
  Object.keys(content).length > 0 ? [{ file, path, text: stringify(content, { lineWidth: 0 }) }] : [];

/** Each once: several scenarios may inject the same experiment. */
const carriedBy = (scenarios: Monthly['scenarios']) => [
  ...new Map(scenarios.flatMap(({ files = [] }) => files).map((one) => [one.path, one])).values(),
];

/** Scenarios and configuration, the volume of the reports, and both CronJobs. */
export const filesAndJobs = (plan: Monthly): Manifest[] => [
  object(plan, 'v1', 'ConfigMap', 'pgdrill-scenarios', {
    data: Object.fromEntries(filesOf(plan).map(({ file, text }) => [file, text])),
  }),
  ...(plan.bucket ? [] : [volume(plan)]),
  cronJob(plan, 'pgdrill', deadlineS, 0, drillPod(plan)),
  cronJob(plan, 'pgdrill-watchdog', watchdogDeadlineS, 2, watchdogPod(plan)),
];

const volume = (plan: Monthly): Manifest =>
  object(plan, 'v1', 'PersistentVolumeClaim', reportsClaim, {
    spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '5Gi' } } },
  });

function cronJob(
  plan: Monthly,
  name: string,
  activeDeadlineSeconds: number,
  backoffLimit: number,
  spec: Manifest,
): Manifest {
  return object(plan, 'batch/v1', 'CronJob', name, {
    spec: {
      schedule: plan.schedule,
      timeZone: plan.timeZone,
      suspend: !plan.enabled,
      concurrencyPolicy: 'Forbid',
      startingDeadlineSeconds: startWithinS,
      successfulJobsHistoryLimit: 3,
      failedJobsHistoryLimit: 3,
      jobTemplate: { spec: { backoffLimit, activeDeadlineSeconds, template: { metadata: { labels }, spec } } },
    },
  });
}

/** What both pods have in common: they keep to the level `restricted` of Pod Security. */
const podOf = (plan: Monthly, more: Manifest): Manifest => ({
  serviceAccountName: serviceAccount,
  automountServiceAccountToken: true,
  enableServiceLinks: false,
  ...(plan.pullSecrets.length > 0 && { imagePullSecrets: plan.pullSecrets.map((name) => ({ name })) }),
  affinity: apart(apartFromInstances(plan.cluster)),
  securityContext: {
    runAsNonRoot: true,
    fsGroup: 1000,
    fsGroupChangePolicy: 'OnRootMismatch',
    seccompProfile: { type: 'RuntimeDefault' },
  },
  ...more,
});

const containerOf = ({ image }: Monthly, more: Manifest): Manifest => ({
  name: 'pgdrill',
  image,
  imagePullPolicy: 'IfNotPresent',
  securityContext: { ...unprivileged, readOnlyRootFilesystem: true },
  ...more,
});

const environment = [
  { name: 'PGDRILL_NAMESPACE', valueFrom: { fieldRef: { fieldPath: 'metadata.namespace' } } },
  // Kubernetes makes volumes that every user may write to, which the state folder refuses; this one is like /tmp.
  { name: 'PGDRILL_STATE', value: '/dev/shm/pgdrill' },
];
const fromSecret = (name: string, secret: string, key = name) => ({
  name,
  valueFrom: { secretKeyRef: { name: secret, key } },
});

/** Key by key: all of a Secret as the environment would let its owner set any variable of the drill. */
const accountOf = (secret: string) => [
  ...['AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY'].map((name) => fromSecret(name, secret)),
  ...['AWS_SESSION_TOKEN', 'AWS_REGION'].map((name) => ({
    name,
    valueFrom: { secretKeyRef: { name: secret, key: name, optional: true } },
  })),
];

/** The options of the drill, as they would be typed. */
function drillArguments(plan: Monthly): string[] {
  const { cluster, database, secret, operatorNamespace, scenarios, bucket, chat } = plan;
  const { pushgateway, prometheus, generators, words } = plan;
  return [
    ...['run', ...scenarios.map(({ name }) => name), '--stack', 'cluster', '--context', inCluster],
    ...['--namespace', ownNamespace, '--cluster', cluster, '--database', database, '--secret', secret],
    ...['--operator-namespace', operatorNamespace, '--external-watchdog'],
    ...['--yes', '--reason', 'scheduled drill', '--out', '/reports'],
    ...(bucket ? ['--publish', bucket.to] : []),
    ...(pushgateway ? ['--pushgateway', pushgateway] : []),
    ...(prometheus ? ['--prometheus', prometheus] : []),
    ...(chat ? ['--notify-template', chat.template] : []),
    ...(scenarios.some(({ restores }) => restores) ? ['--restore-namespace', plan.restoreNamespace] : []),
    ...(plan.assertions.length > 0 ? ['--assertions', assertionsPath] : []),
    ...(generators > 0 ? ['--generators', String(generators)] : []),
    // Kubernetes puts variables in place of this; nobody meant one here.
    ...words.map((word) => word.replaceAll('$(', '$$$$(')),
  ];
}

function drillPod(plan: Monthly): Manifest {
  const { bucket, hooks, grafanaSecret, chat } = plan;
  const container = containerOf(plan, {
    args: drillArguments(plan),
    env: [
      ...environment,
      { name: 'PGDRILL_SCENARIOS', value: scenarioFolder },
      ...(bucket ? accountOf(bucket.secret) : []),
      ...(bucket?.endpoint ? [{ name: 'AWS_ENDPOINT_URL', value: bucket.endpoint }] : []),
      ...(hooks.grafana ? [fromSecret(grafanaToken, grafanaSecret)] : []),
      ...(chat ? [fromSecret(chatAddress, chat.secret)] : []),
    ],
    resources: {
      requests: { cpu: '1', memory: '512Mi', 'ephemeral-storage': '1Gi' },
      limits: { memory: '2Gi', 'ephemeral-storage': '4Gi' },
    },
    volumeMounts: [
      { name: 'reports', mountPath: '/reports' },
      tmp,
      // By subPath: a ConfigMap that is mounted as a folder is links to elsewhere, from where imports lead nowhere.
      ...filesOf(plan).map(({ file, path }) => ({
        name: 'scenarios',
        mountPath: path,
        subPath: file,
        readOnly: true,
      })),
    ],
  });
  return podOf(plan, {
    restartPolicy: 'Never',
    terminationGracePeriodSeconds: graceS,
    containers: [container],
    volumes: [
      bucket
        ? { name: 'reports', emptyDir: { sizeLimit: '3Gi' } }
        : { name: 'reports', persistentVolumeClaim: { claimName: reportsClaim } },
      tmpVolume,
      { name: 'scenarios', configMap: { name: 'pgdrill-scenarios' } },
    ],
  });
}

/** It comes with the drill's pod, on another node where it can, and needs no pod to be made by anyone. */
function watchdogPod(plan: Monthly): Manifest {
  const { cluster, operatorNamespace } = plan;
  const container = containerOf(plan, {
    args: [
      ...['heal', '--for-drills', `${nextDrillWithinS}s`, '--context', inCluster, '--namespace', ownNamespace],
      ...['--cluster', cluster, '--operator-namespace', operatorNamespace],
    ],
    env: environment,
    resources: {
      requests: { cpu: '10m', memory: '128Mi', 'ephemeral-storage': '64Mi' },
      limits: { memory: '512Mi', 'ephemeral-storage': '256Mi' },
    },
    volumeMounts: [tmp],
  });
  return podOf(plan, {
    restartPolicy: 'OnFailure',
    terminationGracePeriodSeconds: 30,
    containers: [container],
    volumes: [tmpVolume],
  });
}
