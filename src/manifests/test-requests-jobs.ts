/** For tests: the Job of load generators exactly as a drill makes it, with what Kubernetes adds, and how a drill deletes. */
import { type Asked, makeJob, no, quiet, request, yes } from './test-requests.ts';

const remove = (labels: object, options: object | null, namespace = 'db') =>
  request('DELETE', 'pods', {
    ...{ kind: { group: '', version: 'v1', kind: 'Pod' }, name: 'p', namespace, options },
    oldObject: { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'p', namespace, labels }, spec: {} },
  });
const graceOf = (gracePeriodSeconds?: number) => ({
  ...{ kind: 'DeleteOptions', apiVersion: 'meta.k8s.io/v1', propagationPolicy: 'Background' },
  ...(gracePeriodSeconds !== undefined && { gracePeriodSeconds }),
});
const instance = { 'cnpg.io/cluster': 'pg', 'cnpg.io/podRole': 'instance' };
const operator = { 'app.kubernetes.io/name': 'cloudnative-pg' };
const node = { 'pgdrill.dev/node-agent': 'pg' };
/** Deletion of an instance and of an operator without a grace. */
export const atOnce = { instance: remove(instance, graceOf(0)), operator: remove(operator, graceOf(0), 'cnpg-system') };
const evict = (deleteOptions?: object) =>
  request('CREATE', 'pods', {
    ...{ kind: { group: 'policy', version: 'v1', kind: 'Eviction' }, subResource: 'eviction', name: 'pg-1' },
    ...{
      namespace: 'db',
      object: { metadata: { name: 'pg-1', namespace: 'db' }, ...(deleteOptions && { deleteOptions }) },
    },
  });
const endJob = (options: object | null, name = 'pgdrill-load-pg') => {
  const batch = { group: 'batch', version: 'v1' };
  const oldObject = { apiVersion: 'batch/v1', kind: 'Job', metadata: { name, namespace: 'db' } };
  const kind = { ...batch, kind: 'Job' };
  return request('DELETE', 'jobs', {
    kind,
    resource: { ...batch, resource: 'jobs' },
    name,
    namespace: 'db',
    oldObject,
    options,
  });
};
export const deletions: readonly Asked[] = [
  yes('deletion of an instance with its own grace', remove(instance, graceOf())),
  yes('deletion of an instance with a shorter grace', remove(instance, graceOf(1))),
  yes('deletion of an instance by a request without options', remove(instance, null)),
  yes('deletion of its own pod at once', remove(node, graceOf(0))),
  no('deletion of an instance at once', atOnce.instance),
  no('deletion of an instance with a negative grace', remove(instance, graceOf(-1))),
  no('deletion of the operator at once', atOnce.operator),
  no('deletion at once of an instance that looks like its own pod', remove({ ...instance, ...node }, graceOf(0))),
  yes('an eviction', evict()),
  no('an eviction at once', evict({ gracePeriodSeconds: 0 })),
  yes('the end of the load generators', endJob(graceOf())),
  no('the end of the Job without its pods', endJob({ ...graceOf(), propagationPolicy: 'Orphan' })),
  no('the end of the Job as Kubernetes has it by default, without its pods', endJob({ kind: 'DeleteOptions' })),
  no('the end of the Job of others', endJob(graceOf(), 'nightly')),
];

const uid = { 'batch.kubernetes.io/controller-uid': 'u' };
const selected = (selector: object, more: object = {}) => makeJob({}, undefined, {}, { selector, ...more });
const ofJob = (metadata: object) => {
  const made = makeJob({});
  const object = made.object as { readonly metadata: object };
  return { ...made, object: { ...object, metadata: { ...object.metadata, ...metadata } } };
};
const pod = { topologyKey: 'kubernetes.io/hostname', labelSelector: {} };
const apart = (rules: object) => makeJob({ affinity: { podAntiAffinity: rules } });
const prefers = (more: object) => ({
  preferredDuringSchedulingIgnoredDuringExecution: [{ weight: 1, podAffinityTerm: { ...pod, ...more } }],
});
const resources = (its: object) => makeJob({ containers: [{ ...quiet, resources: its }] });
const few = { cpu: '100m', memory: '128Mi' };
const owner = (kind: string, more: object = {}) => ({ ownerReferences: [{ kind, name: 'x', uid: '1', ...more }] });
export const jobs: readonly Asked[] = [
  yes(
    'the Job with all that Kubernetes adds',
    makeJob(
      {
        dnsPolicy: 'ClusterFirst',
        schedulerName: 'default-scheduler',
        securityContext: {},
        containers: [{ ...quiet, terminationMessagePath: '/dev/termination-log', terminationMessagePolicy: 'File' }],
      },
      undefined,
      { creationTimestamp: null },
      {
        suspend: false,
        podReplacementPolicy: 'TerminatingOrFailed',
        manualSelector: false,
        selector: { matchLabels: uid },
      },
    ),
  ),
  yes('the Job with its lease as the owner', ofJob(owner('Lease'))),
  no('a Job that adopts pods', selected({ matchExpressions: [{ key: 'job-name', operator: 'DoesNotExist' }] })),
  no('a Job that selects pods of others', selected({ matchLabels: { ...uid, app: 'api' } })),
  no('a Job with a selector of its own', selected({ matchLabels: uid }, { manualSelector: true })),
  no('a Job that waits', makeJob({}, undefined, {}, { suspend: true })),
  no('a Job that tries again', makeJob({}, undefined, {}, { backoffLimit: 6 })),
  no('a Job without an index', makeJob({}, undefined, {}, { completionMode: 'NonIndexed' })),
  no('a Job of another controller', makeJob({}, undefined, {}, { managedBy: 'example.com/x' })),
  no(
    'a Job whose pods join another network',
    makeJob({}, undefined, { annotations: { 'k8s.v1.cni.cncf.io/networks': 'a/b' } }),
  ),
  no('a Job with an annotation', ofJob({ annotations: { a: 'b' } })),
  no('a Job with a label of others', ofJob({ labels: { app: 'api' } })),
  no('a Job with a finalizer', ofJob({ finalizers: ['a.b/c'] })),
  no('a Job of a CronJob', ofJob(owner('CronJob'))),
  no('a Job that its owner controls', ofJob(owner('Lease', { controller: true }))),
  no(
    'a Job that keeps pods of all namespaces away',
    apart({ requiredDuringSchedulingIgnoredDuringExecution: [{ ...pod, namespaceSelector: {} }] }),
  ),
  no('a Job that keeps away from pods of all namespaces', apart(prefers({ namespaceSelector: {} }))),
  no('a Job that keeps away from pods of another namespace', apart(prefers({ namespaces: ['kube-system'] }))),
  no('a Job that goes where pods are', makeJob({ affinity: { podAffinity: {} } })),
  no('a Job that chooses its node', makeJob({ affinity: { nodeAffinity: {} } })),
  no(
    'a Job whose limit of CPU becomes its request',
    resources({ requests: { memory: few.memory }, limits: { cpu: '60' } }),
  ),
  no(
    'a Job whose limit of memory becomes its request',
    resources({ requests: { cpu: few.cpu }, limits: { memory: '200Gi' } }),
  ),
  no('a Job with a request missing', resources({ requests: { cpu: few.cpu } })),
  no('a Job with devices', resources({ requests: few, limits: { 'nvidia.com/gpu': '8' } })),
  no('a Job with a limit of local storage', resources({ requests: few, limits: { 'ephemeral-storage': '500Gi' } })),
  no('a Job with huge pages', resources({ requests: few, limits: { 'hugepages-2Mi': '1Gi' } })),
  no('a Job whose pods stay for years after its deadline', makeJob({ terminationGracePeriodSeconds: 2_147_483_647 })),
  no('a Job with the usual grace', makeJob({ terminationGracePeriodSeconds: undefined })),
  no('a Job whose pods start again', makeJob({ restartPolicy: 'OnFailure' })),
  no('a Job with another command', makeJob({ containers: [{ ...quiet, command: ['sh', '-c', 'x'] }] })),
  no('a Job with the command of its image', makeJob({ containers: [{ ...quiet, command: undefined }] })),
];
