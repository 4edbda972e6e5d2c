/** For tests: requests of the account of a drill, as an API server puts them before admission. */
import { agentPod } from '../stacks/cluster/pods/agent.ts';
import { generatorJob } from '../stacks/cluster/pods/generators.ts';
import { restoreNamespaceFor } from './plan.ts';
import type { AdmissionRequest } from './test-admission.ts';
import { plan } from './test-plan.ts';

export const account = 'system:serviceaccount:db:pgdrill';
export const mark = 'pgdrill.dev/cordoned-by';

/** A request, what it is, and whether a drill makes it: then it has to pass. */
export interface Asked {
  readonly what: string;
  readonly allowed: boolean;
  readonly request: AdmissionRequest;
}

let asked = 0;
export const request = (
  operation: AdmissionRequest['operation'],
  resource: string,
  more: Partial<AdmissionRequest> & { readonly kind: AdmissionRequest['kind'] },
): AdmissionRequest => ({
  uid: `00000000-0000-4000-8000-${String(++asked).padStart(12, '0')}`,
  resource: { group: '', version: 'v1', resource },
  ...{ operation, object: null, oldObject: null, dryRun: true },
  userInfo: {
    username: account,
    groups: ['system:serviceaccounts', 'system:serviceaccounts:db', 'system:authenticated'],
  },
  ...more,
});
const core = (kind: string) => ({ group: '', version: 'v1', kind });

const exec = (name: string, container: string, namespace = 'db') =>
  request('CONNECT', 'pods', {
    ...{ kind: core('PodExecOptions'), subResource: 'exec', name, namespace },
    object: { kind: 'PodExecOptions', apiVersion: 'v1', stdout: true, stderr: true, container, command: ['true'] },
  });
const proxy = (name: string) =>
  request('CONNECT', 'pods', {
    ...{ kind: core('PodProxyOptions'), subResource: 'proxy', name, namespace: 'db' },
    object: { kind: 'PodProxyOptions', apiVersion: 'v1', path: '/metrics' },
  });
const podOf = (name: string, labels: Record<string, string> | undefined, spec: object, namespace = 'db') => ({
  ...{ apiVersion: 'v1', kind: 'Pod', metadata: { name, namespace, uid: 'u', ...(labels && { labels }) } },
  spec: {
    ...{ restartPolicy: 'Always', dnsPolicy: 'ClusterFirst', serviceAccountName: 'default', securityContext: {} },
    ...{ schedulerName: 'default-scheduler', enableServiceLinks: true },
    ...spec,
  },
});
const containers = [{ name: 'agent', image: 'example.org/c:1', resources: {}, imagePullPolicy: 'IfNotPresent' }];
const remove = (name: string, labels: Record<string, string> | undefined, namespace = 'db') =>
  request('DELETE', 'pods', {
    ...{ kind: core('Pod'), name, namespace },
    oldObject: podOf(name, labels, { containers, nodeName: 'agent-1' }, namespace),
  });
const evict = (name: string) =>
  request('CREATE', 'pods', {
    ...{ kind: { group: 'policy', version: 'v1', kind: 'Eviction' }, subResource: 'eviction', name, namespace: 'db' },
    object: { apiVersion: 'policy/v1', kind: 'Eviction', metadata: { name, namespace: 'db' } },
  });

export interface Node {
  apiVersion: string;
  kind: string;
  metadata: Record<string, unknown> & { labels: Record<string, string>; annotations: Record<string, string> };
  spec: Record<string, unknown>;
  status: object;
}
export const taint = (key: string, effect: string, value?: string) => ({ key, effect, ...(value && { value }) });
export const nodeWith = (taints: readonly object[] = []): Node => ({
  ...{ apiVersion: 'v1', kind: 'Node' },
  metadata: {
    ...{ name: 'agent-1', uid: 'u', resourceVersion: '7', creationTimestamp: '2026-11-30T15:00:00Z' },
    labels: { 'kubernetes.io/hostname': 'agent-1', 'kubernetes.io/os': 'linux' },
    annotations: { 'node.alpha.kubernetes.io/ttl': '0' },
  },
  spec: { podCIDR: '10.42.1.0/24', podCIDRs: ['10.42.1.0/24'], ...(taints.length > 0 && { taints }) },
  status: { capacity: { cpu: '4' } },
});
export const patchNode = (change: (node: Node) => void, before: Node = nodeWith()) => {
  const object = structuredClone(before);
  change(object);
  return request('UPDATE', 'nodes', { ...{ kind: core('Node'), name: 'agent-1', object, oldObject: before } });
};
export const cordon = (node: Node) => {
  node.metadata.annotations[mark] = 'db/pg';
  node.spec.unschedulable = true;
};
/** A controller of Kubernetes adds it after the change. */
const cordonTaint = (effect: string) => taint('node.kubernetes.io/unschedulable', effect);
const tainted = (...taints: readonly object[]) => patchNode((node) => void (node.spec.taints = taints));

export const patchStatus = (change: object) => {
  const cnpg = { group: 'postgresql.cnpg.io', version: 'v1' };
  const instanceNames = ['pg-1', 'pg-2', 'pg-3'];
  const status = {
    instances: 3,
    instanceNames,
    currentPrimary: 'pg-1',
    targetPrimary: 'pg-1',
    phase: 'Cluster in healthy state',
  };
  const metadata = { name: 'pg', namespace: 'db', uid: 'u', generation: 1 };
  const before = { apiVersion: 'postgresql.cnpg.io/v1', kind: 'Cluster', metadata, spec: { instances: 3 }, status };
  return request('UPDATE', 'clusters', {
    ...{ kind: { ...cnpg, kind: 'Cluster' }, resource: { ...cnpg, resource: 'clusters' } },
    ...{ subResource: 'status', name: 'pg', namespace: 'db', oldObject: before },
    object: { ...before, status: { ...status, ...change } },
  });
};

export const agentLabels = { 'pgdrill.dev/node-agent': 'pg', 'app.kubernetes.io/managed-by': 'pgdrill' };
const agent = agentPod({ namespace: 'db', cluster: 'pg', node: 'agent-1', image: 'example.org/c:1' });
/** The pod on a node as a drill makes it, with changes. */
export const create = (
  spec: object,
  labels: Record<string, string> | undefined = agentLabels,
  namespace = 'db',
): AdmissionRequest =>
  request('CREATE', 'pods', {
    ...{ kind: core('Pod'), name: 'pgdrill-node-x', namespace },
    object: podOf('pgdrill-node-x', labels, { ...(agent.spec as object), ...spec }, namespace),
  });
const secret = { name: 'S', valueFrom: { secretKeyRef: { name: 'pg-superuser', key: 'password' } } };
const reads = [{ ...containers[0]!, env: [secret] }];

const site = { namespace: 'db', cluster: 'pg', operatorNamespace: 'cnpg-system' };
const job = generatorJob({ site }, { image: plan.image, count: 2, lease: { name: 'l', uid: 'u' } }) as unknown as {
  readonly spec: object & {
    readonly template: { readonly metadata: object; readonly spec: { readonly containers: readonly object[] } };
  };
};
/** The container of a load generator. */
export const quiet = job.spec.template.spec.containers[0]! as object & { readonly securityContext: object };
/** The Job of a drill with changes to its pods, to the template’s metadata and to itself. */
export const makeJob = (pod: object, name = 'pgdrill-load-pg', metadata: object = {}, spec: object = {}) => {
  const { template } = job.spec;
  const changed = { metadata: { ...template.metadata, ...metadata }, spec: { ...template.spec, ...pod } };
  const batch = { group: 'batch', version: 'v1' };
  return request('CREATE', 'jobs', {
    ...{ kind: { ...batch, kind: 'Job' }, resource: { ...batch, resource: 'jobs' }, name, namespace: 'db' },
    object: { ...job, metadata: { name, namespace: 'db' }, spec: { ...job.spec, ...spec, template: changed } },
  });
};

const instance = { 'cnpg.io/cluster': 'pg', 'cnpg.io/podRole': 'instance' };
const operator = { 'app.kubernetes.io/name': 'cloudnative-pg' };
export const yes = (what: string, one: AdmissionRequest): Asked => ({ what, allowed: true, request: one });
export const no = (what: string, one: AdmissionRequest): Asked => ({ what, allowed: false, request: one });

/** Those that a real API server (Kubernetes 1.36) decided the same way, by an earlier policy and with less in the pods. */
export const triedOnCluster: readonly Asked[] = [
  yes('exec into an instance', exec('pg-1', 'postgres')),
  no('exec into the object store', exec('minio-0', 'minio')),
  no('exec into CoreDNS', exec('coredns-7d', 'coredns', 'kube-system')),
  yes('exec into a pooler', exec('pool-6c', 'pgbouncer')),
  yes('the exporter of an instance', proxy('pg-1:9187')),
  no('another port of an instance', proxy('pg-1:8000')),
  yes('deletion of an instance', remove('pg-1', instance)),
  no('deletion of the object store', remove('minio-0', { app: 'minio' })),
  yes('deletion of the operator', remove('cnpg-6f', operator, 'cnpg-system')),
  no('eviction of the object store', evict('minio-0')),
  yes('eviction of an instance', evict('pg-1')),
  yes('a cordon', patchNode(cordon)),
  no(
    'a label of a node',
    patchNode(({ metadata }) => void (metadata.labels.a = 'b')),
  ),
  no('a taint of a node', tainted(taint('a', 'NoExecute'))),
  no(
    'another annotation of a node',
    patchNode(({ metadata }) => void (metadata.annotations.a = 'b')),
  ),
  yes('a switchover', patchStatus({ targetPrimary: 'pg-2', phase: 'Switchover in progress', phaseReason: 'x' })),
  no('the image in the status of a Cluster', patchStatus({ image: 'evil:1' })),
  yes('a pod on a node', create({ hostPID: true })),
  no('a pod with the volume of a Secret', create({ volumes: [{ name: 's', secret: { secretName: 's' } }] })),
  no('the taint of a cordon with the effect NoExecute', tainted(cordonTaint('NoExecute'))),
  no(
    'an owner of a node',
    patchNode(({ metadata }) => void (metadata.ownerReferences = [{ kind: 'ConfigMap', name: 'x', uid: '1' }])),
  ),
  no(
    'a finalizer of a node',
    patchNode(({ metadata }) => void (metadata.finalizers = ['a.b/c'])),
  ),
  no(
    'another value of a taint',
    patchNode(
      ({ spec }) => void (spec.taints = [taint('example.org/x', 'NoSchedule', '2')]),
      nodeWith([taint('example.org/x', 'NoSchedule', '1')]),
    ),
  ),
  yes('a cordon of a tainted node', patchNode(cordon, nodeWith([taint('example.org/x', 'NoSchedule', '1')]))),
  no('a pod with a Secret in an init container', create({ initContainers: reads })),
  no('a pod on a node for another Cluster', create({}, { 'pgdrill.dev/node-agent': 'other' })),
  yes('the Job of the load generators', makeJob({})),
  no('a Job of another name', makeJob({}, 'evil')),
  no('a Job that sees the processes of its node', makeJob({ hostPID: true })),
  no(
    'a Job with the variables of a Secret',
    makeJob({ containers: [{ ...quiet, envFrom: [{ secretRef: { name: 's' } }] }] }),
  ),
];

export const further: readonly Asked[] = [
  no('the taint that Kubernetes adds after a cordon', tainted(cordonTaint('NoSchedule'))),
  no(
    'removal of another taint',
    patchNode(({ spec }) => void delete spec.taints, nodeWith([taint('dedicated', 'NoExecute', 'pay')])),
  ),
  no(
    'another field of a node',
    patchNode(({ spec }) => void (spec.podCIDR = '10.0.0.0/8')),
  ),
  yes('exec into a restored instance', exec('restored-1', 'postgres', restoreNamespaceFor('db', 'pg'))),
  no('exec into another pod there', exec('other-1', 'postgres', restoreNamespaceFor('db', 'pg'))),
  no('exec into an instance of another Cluster', exec('pg-x-1', 'postgres')),
  no('exec into a sidecar of an instance', exec('pg-1', 'plugin-barman-cloud')),
  yes('exec into a pod on a node', exec('pgdrill-node-x', 'agent')),
  no('deletion of a pod without labels', remove('bare', undefined)),
  no('deletion of an instance of another namespace', remove('pg-1', instance, 'other')),
  no('a pod with a Secret as a variable', create({ containers: reads })),
  no('a pod with a token', create({ automountServiceAccountToken: true })),
  no('a pod that leaves its token to the account', create({ automountServiceAccountToken: undefined })),
  no('a pod on a node in another namespace', create({}, agentLabels, 'kube-system')),
  no('a pod without the label of those on nodes', create({}, {})),
  no('a Job with a Secret as a variable', makeJob({ containers: [{ ...quiet, env: [secret] }] })),
  no('a Job with the volume of a Secret', makeJob({ volumes: [{ name: 's', secret: { secretName: 's' } }] })),
  no('a Job with a token', makeJob({ automountServiceAccountToken: true })),
  no('a privileged Job', makeJob({ containers: [{ ...quiet, securityContext: { privileged: true } }] })),
];

/** The same request by another user. */
export const by = (username: string, { request: one }: Asked): AdmissionRequest => ({
  ...one,
  userInfo: { ...one.userInfo, username },
});
