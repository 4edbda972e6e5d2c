/** What an account may make: pods on nodes, the Job of the load generators, the lease, and the restored Cluster. Pure. */
import { managedBy } from '../managed-by.ts';
import { agentDeadlineS, nodeAgentLabel } from '../stacks/cluster/pods/agent.ts';
import {
  generatorCommand,
  generatorGraceS,
  generatorRequests,
  generatorsDeadlineS,
  mostGenerators,
} from '../stacks/cluster/pods/generators.ts';
import { ownPods, unprivileged as restrictedContext } from '../stacks/cluster/pods/own-pods.ts';
import { restoredName } from '../stacks/cluster/restore/objects.ts';
import {
  absent,
  all,
  atMost,
  type Check,
  empty,
  here,
  labelled,
  listed,
  off,
  ofItself,
  oneOf,
  onlyKeys,
  onlyLabels,
  rule,
  text,
} from './admission-cel.ts';
import type { Monthly } from './plan.ts';

/** A pod reads no Secret: it has no token and no volume, and its only container has no variables. */
const readsNothing = (spec: string, container: string): string =>
  all(
    `has(${spec}.automountServiceAccountToken) && !${spec}.automountServiceAccountToken`,
    empty(spec, ['volumes', 'initContainers', 'ephemeralContainers']),
    `${spec}.containers.size() == 1`,
    `${spec}.containers.all(c, c.name == ${text(container)} && !has(c.env) && !has(c.envFrom))`,
    ...['serviceAccountName', 'serviceAccount'].map(
      (field) =>
        // A list of Kubernetes’ CEL holds one type, and a field of the parameter has none.
        `(!has(${spec}.${field}) || ${spec}.${field} in ['', 'default'] || ${spec}.${field} == params.metadata.name)`,
    ),
  );
const noPort = '(!has(c.ports) || c.ports.all(p, !has(p.hostPort) || p.hostPort == 0))';

/** Fields of a generator's container: no ports, probes (which the node itself would send), hooks or variables. */
const fieldsOfContainer = [
  ...['name', 'image', 'imagePullPolicy', 'command', 'securityContext', 'resources'],
  // Kubernetes sets these.
  ...['terminationMessagePath', 'terminationMessagePolicy'],
];
/** A container as the level `restricted` of Pod Security asks for it: by no user 0, with no capability, under seccomp. */
const unprivileged = all(
  `has(c.securityContext) && ${onlyKeys('c.securityContext', Object.keys(restrictedContext))}`,
  'has(c.securityContext.allowPrivilegeEscalation) && !c.securityContext.allowPrivilegeEscalation',
  'has(c.securityContext.runAsNonRoot) && c.securityContext.runAsNonRoot',
  'has(c.securityContext.capabilities) && !has(c.securityContext.capabilities.add)',
  `has(c.securityContext.capabilities.drop) && c.securityContext.capabilities.drop == ['ALL']`,
  `has(c.securityContext.seccompProfile) && has(c.securityContext.seccompProfile.type) && c.securityContext.seccompProfile.type == 'RuntimeDefault'`,
);
/**
 * What the scheduler sets aside: 20 pods that ask for all there is would keep those of others from being scheduled. Each
 * request has to be there and no limit may be, since a limit is the request of what has none, and that of a device always.
 */
const small = Object.entries(generatorRequests).map(
  ([name, amount]) => `${text(name)} in c.resources.requests && c.resources.requests[${text(name)}] == ${text(amount)}`,
);
const smallContainer = all(
  onlyKeys('c', fieldsOfContainer),
  `has(c.resources) && ${onlyKeys('c.resources', ['requests'])} && has(c.resources.requests)`,
  onlyKeys('c.resources.requests', Object.keys(generatorRequests)),
  ...small,
  `has(c.command) && c.command == ${listed(generatorCommand)}`,
);
/** The deadline of a Job asks its pods to end; a long grace would let them stay for years. */
const endsAtOnce = (pod: string): string =>
  all(
    `has(${pod}.terminationGracePeriodSeconds) && ${pod}.terminationGracePeriodSeconds == ${generatorGraceS}`,
    `has(${pod}.restartPolicy) && ${pod}.restartPolicy == 'Never'`,
  );

/** Fields of a generator's pod; each other is one more way to reach a node, a volume, a Secret or other pods. */
const fieldsOfPod = [
  ...['restartPolicy', 'automountServiceAccountToken', 'terminationGracePeriodSeconds', 'affinity', 'containers'],
  // Kubernetes sets these.
  ...['dnsPolicy', 'securityContext', 'schedulerName', 'serviceAccountName', 'serviceAccount'],
];
/** Kept apart where that can be had: a rule that must hold would keep pods of others from being scheduled, in any namespace. */
const keptApart = (pod: string): string =>
  all(
    onlyKeys(`${pod}.affinity`, ['podAntiAffinity']),
    `(!has(${pod}.affinity.podAntiAffinity) || ${onlyKeys(`${pod}.affinity.podAntiAffinity`, ['preferredDuringSchedulingIgnoredDuringExecution'])})`,
  );

/** Kubernetes puts these on the pods of a Job. */
const labelsOfJobs = ['job-name', 'controller-uid'].flatMap((name) => [name, `batch.kubernetes.io/${name}`]);

/** Storage of these classes, or of the default one; a class that is named empty takes volumes of others. */
const ofClasses = (storage: string, classes: readonly string[]): string =>
  all(
    `(!has(${storage}) || ${oneOf(storage, 'storageClass', classes)})`,
    `(!has(${storage}) || !has(${storage}.pvcTemplate) || ${oneOf(`${storage}.pvcTemplate`, 'storageClassName', classes)})`,
  );

/** All storage of a restored Cluster. */
const allOfClasses = (classes: readonly string[]): string =>
  all(
    ...['storage', 'walStorage'].map((storage) => ofClasses(`object.spec.${storage}`, classes)),
    `(!has(object.spec.tablespaces) || object.spec.tablespaces.all(t, ${ofClasses('t.storage', classes)}))`,
  );

type Made = Pick<Monthly, 'cluster' | 'restoreNamespace' | 'image' | 'storageClasses'>;

/** @param anyImage load generators may run any, and not that of the plan alone */
export function checksOfMade(plan: Made, anyImage: boolean): readonly Check[] {
  const { cluster, restoreNamespace, image, storageClasses } = plan;
  const site = { namespace: '', cluster, operatorNamespace: '' };
  const template = 'object.spec.template';
  const pod = `${template}.spec`;
  const lease = text(`pgdrill-${cluster}`);
  return [
    {
      rule: rule('', 'CREATE', 'pods'),
      on: ofItself('pods', 'CREATE'),
      holds: all(
        ...[here, labelled('object', nodeAgentLabel, cluster)],
        onlyLabels('object', { [nodeAgentLabel]: cluster, ...managedBy }),
        readsNothing('object.spec', 'agent'),
        ...[off('object.spec', ['hostNetwork', 'hostIPC']), `object.spec.containers.all(c, ${noPort})`],
        atMost('object.spec', 'activeDeadlineSeconds', agentDeadlineS),
        // A name of an instance to come would keep the operator from making it.
        `has(object.metadata.name) && object.metadata.name.startsWith('pgdrill-node-')`,
        // Rules of a pod that runs keep pods of others from its node.
        absent('object.spec', ['affinity', 'topologySpreadConstraints', 'resourceClaims']),
        empty('object.metadata', ['finalizers']),
      ),
      message:
        'a drill makes pods on nodes only, with one container, its own name, labels and a deadline, without a token, volumes, the content of Secrets, or rules about other pods',
    },
    {
      rule: rule('batch', 'CREATE', 'jobs'),
      on: ofItself('jobs', 'CREATE'),
      holds: all(
        ...[here, `object.metadata.name == ${text(`pgdrill-load-${cluster}`)}`],
        ...['parallelism', 'completions'].map((field) => atMost('object.spec', field, mostGenerators)),
        atMost('object.spec', 'activeDeadlineSeconds', generatorsDeadlineS),
        onlyLabels(template, ownPods(site, 'load'), labelsOfJobs),
        ...[onlyKeys(pod, fieldsOfPod), readsNothing(pod, 'generator'), endsAtOnce(pod)],
        `(!has(${pod}.affinity) || (${keptApart(pod)}))`,
        `(!has(${pod}.securityContext) || ${pod}.securityContext.size() == 0)`,
        `(!has(${pod}.schedulerName) || ${pod}.schedulerName == 'default-scheduler')`,
        ...[
          empty('object.metadata', ['finalizers']),
          `(!has(${template}.metadata) || (${empty(`${template}.metadata`, ['finalizers', 'annotations'])}))`,
        ],
        `${pod}.containers.all(c, ${all(unprivileged, smallContainer)}${anyImage ? '' : ` && c.image == ${text(image)}`})`,
      ),
      message: `a drill makes the Job of its load generators only, of ${mostGenerators} pods at most, by its own image, command and labels, as small and as quick to end, at the level restricted of Pod Security, without a token, volumes, the content of Secrets, a priority or rules that other pods must keep to`,
    },
    {
      rule: rule('coordination.k8s.io', 'CREATE', 'leases'),
      on: ofItself('leases', 'CREATE'),
      holds: all(here, `object.metadata.name == ${lease}`),
      message: 'a drill makes the lease of its Cluster only',
    },
    {
      rule: rule('postgresql.cnpg.io', 'CREATE UPDATE', 'clusters'),
      on: ofItself('clusters', 'CREATE', 'UPDATE'),
      holds: all(
        `request.namespace == ${text(restoreNamespace)} && object.metadata.name == ${text(restoredName)}`,
        ...['object.spec.instances == 1', allOfClasses(storageClasses)],
      ),
      message:
        'a drill makes the Cluster that it restores only, of one instance and of the storage classes that manifests was given (--restore-storage-class or --context)',
    },
  ];
}
