/** For tests: requests that a review of the policy named, beside those that a drill makes of the same kind. */
import { generatorJob, mostGenerators } from '../stacks/cluster/pods/generators.ts';
import { restoreObjects } from '../stacks/cluster/restore/objects.ts';
import type { RestoreSource } from '../stacks/cluster/restore/source.ts';
import { restoreNamespaceFor } from './plan.ts';
import type { AdmissionRequest } from './test-admission.ts';
import { plan } from './test-plan.ts';
import {
  type Asked,
  agentLabels,
  cordon,
  create,
  makeJob,
  mark,
  type Node,
  no,
  nodeWith,
  patchNode,
  patchStatus,
  quiet,
  request,
  taint,
  yes,
} from './test-requests.ts';

/** A node that takes no pods. @param by the value of the mark on it; absent: an administrator cordoned it */
const closed = (by?: string, labels: Record<string, string> = {}): Node => {
  const node = nodeWith([taint('node.kubernetes.io/unschedulable', 'NoSchedule')]);
  Object.assign(node.metadata.labels, labels);
  node.spec.unschedulable = true;
  if (by) node.metadata.annotations[mark] = by;
  return node;
};
const open = (by?: string, labels: Record<string, string> = {}): Node => {
  const node = closed(by, labels);
  delete node.spec.unschedulable;
  return node;
};
const uncordon = ({ metadata, spec }: Node) => {
  delete metadata.annotations[mark];
  delete spec.unschedulable;
};
const say = (by: string) => (node: Node) => void (node.metadata.annotations[mark] = by);
const server = { 'node-role.kubernetes.io/control-plane': 'true' };
const since = (timeAdded: string): Node => nodeWith([{ ...taint('example.org/x', 'NoExecute'), timeAdded }]);

const nodes: readonly Asked[] = [
  yes('an uncordon of a node with the own mark', patchNode(uncordon, closed('db/pg'))),
  yes('a cordon where the own mark was left', patchNode(cordon, open('db/pg'))),
  yes('removal of the own mark from a node that takes pods', patchNode(uncordon, open('db/pg'))),
  yes('an uncordon of the control plane with the own mark', patchNode(uncordon, closed('db/pg', server))),
  no('an uncordon of a node that an administrator cordoned', patchNode(uncordon, closed())),
  no('the mark on a node that an administrator cordoned', patchNode(say('db/pg'), closed())),
  no('the mark on a node that takes pods', patchNode(say('db/pg'))),
  no('an uncordon of a node with the mark of another Cluster', patchNode(uncordon, closed('db/other'))),
  no('removal of the mark of another Cluster', patchNode(uncordon, open('other/pg'))),
  no('a cordon over the mark of another Cluster', patchNode(cordon, open('db/other'))),
  no(
    'a cordon with the mark of another Cluster',
    patchNode((node) => {
      cordon(node);
      say('other/pg')(node);
    }),
  ),
  no(
    'a cordon without the mark',
    patchNode(({ spec }) => void (spec.unschedulable = true)),
  ),
  no(
    'an uncordon that leaves the mark',
    patchNode(({ spec }) => void delete spec.unschedulable, closed('db/pg')),
  ),
  no(
    'removal of the own mark alone',
    patchNode(({ metadata }) => void delete metadata.annotations[mark], closed('db/pg')),
  ),
  no('a cordon of the control plane', patchNode(cordon, open(undefined, server))),
  no('a cordon of a master', patchNode(cordon, open(undefined, { 'node-role.kubernetes.io/master': '' }))),
  no('a cordon of a node with etcd', patchNode(cordon, open(undefined, { 'node-role.kubernetes.io/etcd': 'true' }))),
  no(
    'another time of a taint with NoExecute',
    patchNode(
      ({ spec }) => void (spec.taints = since('2020-01-01T00:00:00Z').spec.taints),
      since('2026-11-30T15:00:00Z'),
    ),
  ),
  no(
    'removal of the taint of a cordon',
    patchNode(({ spec }) => void delete spec.taints, closed('db/pg')),
  ),
];

const source = {
  cluster: {
    ...{ apiVersion: 'postgresql.cnpg.io/v1', kind: 'Cluster', metadata: { name: 'pg', namespace: 'db' } },
    spec: {
      ...{
        instances: 3,
        imageName: 'i',
        storage: { size: '1Gi' },
        walStorage: { size: '1Gi' },
        priorityClassName: 'high',
      },
      ...{
        backup: { barmanObjectStore: {} },
        managed: { roles: [] },
        plugins: [{ name: 'barman-cloud.cloudnative-pg.io' }],
      },
      ...{ env: [{ name: 'A', value: 'b' }], imagePullSecrets: [{ name: 'registry' }], postgresql: { parameters: {} } },
      bootstrap: { initdb: { database: 'app', owner: 'app' } },
    },
  },
  archiver: { byPlugin: false, server: 'pg', configuration: { destinationPath: 's3://b/' } },
  backup: { name: 'b', id: '20261130T150000' },
} as unknown as RestoreSource;
export const there = restoreNamespaceFor('db', 'pg');
const restored = restoreObjects(there, source, { kind: 'latest' } as never, {} as never).at(-1)!;
export const makeCluster = (
  change: object = {},
  { name = 'restored', namespace = there, operation = 'CREATE' as 'CREATE' | 'UPDATE' } = {},
): AdmissionRequest => {
  const cnpg = { group: 'postgresql.cnpg.io', version: 'v1' };
  const object = { ...restored, metadata: { name, namespace }, spec: { ...(restored.spec as object), ...change } };
  return request(operation, 'clusters', {
    ...{ kind: { ...cnpg, kind: 'Cluster' }, resource: { ...cnpg, resource: 'clusters' }, name, namespace, object },
    oldObject: operation === 'UPDATE' ? restored : null,
  });
};

const patched = (annotation: string): AdmissionRequest => {
  const made = makeCluster();
  const object = made.object as { metadata: object };
  return { ...made, object: { ...object, metadata: { ...object.metadata, annotations: { [annotation]: '[]' } } } };
};

const clusters: readonly Asked[] = [
  yes('the Cluster of a restore, as a drill makes it', makeCluster()),
  no('a Cluster of another name', makeCluster({}, { name: 'evil' })),
  no('a Cluster in the namespace of the account', makeCluster({}, { namespace: 'db' })),
  no('a restored Cluster of three instances', makeCluster({ instances: 3 })),
  ...Object.entries({
    ...{ priorityClassName: 'system-node-critical', backup: { barmanObjectStore: {} }, plugins: [{ name: 'p' }] },
    ...{ managed: { roles: [] }, projectedVolumeTemplate: { sources: [] }, env: [], envFrom: [] },
    ...{ inheritedMetadata: { labels: { app: 'api' } }, serviceAccountName: 'x', ephemeralVolumeSource: {} },
  }).map(([field, value]) => no(`a restored Cluster with ${field}`, makeCluster({ [field]: value }))),
  yes('a restored Cluster on chosen nodes', makeCluster({ affinity: { nodeSelector: { disk: 'ssd' } } })),
  ...Object.entries({
    affinity: { additionalPodAntiAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [] } },
    storage: { size: '1Gi', pvcTemplate: { volumeName: 'of-another' } },
    walStorage: { size: '1Gi', pvcTemplate: { selector: {} } },
    tablespaces: [{ name: 't', storage: { size: '1Gi', pvcTemplate: { dataSourceRef: {} } } }],
  }).map(([field, value]) => no(`a restored Cluster whose ${field} reaches others`, makeCluster({ [field]: value }))),
  no('a restored Cluster that patches its pods', patched('cnpg.io/podPatch')),
  no('a restored Cluster with another annotation', patched('example.com/note')),
  no(
    'a PriorityClass for the restored Cluster later',
    makeCluster({ priorityClassName: 'x' }, { operation: 'UPDATE' }),
  ),
];

export const inJob = (change: object) => makeJob({ containers: [{ ...quiet, ...change }] });
export const secure = (change: object) => inJob({ securityContext: { ...quiet.securityContext, ...change } });
const labels = (more: object) => ({ labels: { 'app.kubernetes.io/name': 'pgdrill', ...more } });
const jobs: readonly Asked[] = [
  yes(
    'the Job with the labels that Kubernetes adds',
    makeJob({}, undefined, labels({ 'batch.kubernetes.io/job-name': 'pgdrill-load-pg', 'controller-uid': 'u' })),
  ),
  yes('a Job by the default account', makeJob({ serviceAccountName: 'default', serviceAccount: 'default' })),
  no('a Job by another account', makeJob({ serviceAccountName: 'pg' })),
  no('a Job by another account, in the older field', makeJob({ serviceAccount: 'pg' })),
  no('a Job whose pods look like instances', makeJob({}, undefined, labels({ 'cnpg.io/cluster': 'pg' }))),
  no(
    'a Job whose pods look like those of an application',
    makeJob({}, undefined, labels({ 'app.kubernetes.io/name': 'api' })),
  ),
  no('a Job of more pods at a time', makeJob({}, undefined, {}, { parallelism: mostGenerators + 1 })),
  no('a Job of more pods', makeJob({}, undefined, {}, { completions: mostGenerators + 1 })),
  no('a Job without an end', makeJob({}, undefined, {}, { activeDeadlineSeconds: undefined })),
  no('a Job with a PriorityClass', makeJob({ priorityClassName: 'system-node-critical' })),
  no('a Job on a node of its choice', makeJob({ nodeName: 'server' })),
  no('a Job that tolerates taints', makeJob({ tolerations: [{ operator: 'Exists' }] })),
  no('a Job in the network of its node', makeJob({ hostNetwork: true })),
  no('a Job with a port of its node', inJob({ ports: [{ containerPort: 80, hostPort: 80 }] })),
  no('a Job with a further capability', secure({ capabilities: { add: ['NET_RAW'] } })),
  no('a Job with another image', inJob({ image: 'evil:1' })),
  no('a Job with the Secret of another registry', makeJob({ imagePullSecrets: [{ name: 'other' }] })),
  no('a Job with a second container', makeJob({ containers: [quiet, { ...quiet, name: 'two' }] })),
];

const pods: readonly Asked[] = [
  no('a pod on a node that looks like an instance', create({}, { ...agentLabels, 'cnpg.io/cluster': 'pg' })),
  no('a pod on a node in the network of the node', create({ hostNetwork: true })),
  no('a pod on a node without a deadline', create({ activeDeadlineSeconds: undefined })),
  no('a pod on a node for a day', create({ activeDeadlineSeconds: 86_400 })),
  no('a pod on a node by another account', create({ serviceAccountName: 'pg' })),
  no(
    'a pod on a node with two containers',
    create({ containers: ['agent', 'two'].map((name) => ({ name, image: 'example.org/c:1' })) }),
  ),
];

const lease = (name: string, namespace = 'db') => {
  const group = { group: 'coordination.k8s.io', version: 'v1' };
  return request('CREATE', 'leases', {
    ...{ kind: { ...group, kind: 'Lease' }, resource: { ...group, resource: 'leases' }, name, namespace },
    object: { apiVersion: 'coordination.k8s.io/v1', kind: 'Lease', metadata: { name, namespace }, spec: {} },
  });
};
const rest: readonly Asked[] = [
  yes('the lease of the drill', lease('pgdrill-pg')),
  no('the lease of a drill on another Cluster', lease('pgdrill-other')),
  no('the lease of an operator', lease('db9c8771.cnpg.io')),
  yes('another phase in the status alone', patchStatus({ phase: 'x' })),
  no('a primary that is not an instance', patchStatus({ targetPrimary: 'pool-6c' })),
];

export const reviewed: readonly Asked[] = [...nodes, ...clusters, ...jobs, ...pods, ...rest];

/** The Job as a drill makes it, of so many pods. */
export const jobOf = (count: number): AdmissionRequest => {
  const site = { namespace: 'db', cluster: 'pg', operatorNamespace: 'cnpg-system' };
  const object = generatorJob({ site }, { image: plan.image, count, lease: { name: 'l', uid: 'u' } });
  return { ...makeJob({}), object };
};
