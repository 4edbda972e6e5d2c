/** What an account may make: pods on nodes, the Job of the load generators, the lease, and the restored Cluster. Pure. */
import { managedBy } from '../managed-by.ts';
import { agentDeadlineS, nodeAgentLabel } from '../stacks/cluster/pods/agent.ts';
import { generatorsDeadlineS, mostGenerators } from '../stacks/cluster/pods/generators.ts';
import { ownPods } from '../stacks/cluster/pods/own-pods.ts';
import { restoredName } from '../stacks/cluster/restore/objects.ts';
import {
  absent,
  all,
  atMost,
  type Check,
  either,
  empty,
  here,
  labelled,
  off,
  ofItself,
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

/** A container may nothing on its node. */
const unprivileged = all(
  'has(c.securityContext) && has(c.securityContext.allowPrivilegeEscalation) && !c.securityContext.allowPrivilegeEscalation',
  absent('c.securityContext', ['privileged', 'procMount']),
  '(!has(c.securityContext.capabilities) || !has(c.securityContext.capabilities.add) || c.securityContext.capabilities.add.size() == 0)',
  noPort,
);

/** Kubernetes puts these on the pods of a Job. */
const labelsOfJobs = ['job-name', 'controller-uid'].flatMap((name) => [name, `batch.kubernetes.io/${name}`]);

/** Fields of a Cluster by which its pods would do more than a restore, or evict others. */
const notRestored = [
  ...['priorityClassName', 'backup', 'plugins', 'managed', 'projectedVolumeTemplate', 'ephemeralVolumeSource'],
  ...['env', 'envFrom', 'inheritedMetadata', 'serviceAccountName', 'podSelectorRefs', 'replica'],
];

/** Rules about pods of other Clusters, which Kubernetes applies both ways: one that refuses every pod would stop scheduling. */
const aboutOthers = ['additionalPodAffinity', 'additionalPodAntiAffinity'];
/** Which volume a claim takes, also one of others. */
const othersVolumes = ['volumeName', 'selector', 'dataSource', 'dataSourceRef'];

/** Optional fields on the way to one whose own fields may not be set. */
const without = (path: string, fields: readonly string[]): string => {
  const [root = '', ...names] = path.split('.');
  const steps = names.map((_, i) => `!has(${[root, ...names.slice(0, i + 1)].join('.')})`);
  return either(...steps, absent(path, fields));
};

/** A restored Cluster brings neither the data nor the rules of others, nor patches of its pods (`cnpg.io/podPatch`). */
const ofItsOwn = all(
  without('object.spec.affinity', aboutOthers),
  ...['storage', 'walStorage'].map((storage) => without(`object.spec.${storage}.pvcTemplate`, othersVolumes)),
  `(!has(object.spec.tablespaces) || object.spec.tablespaces.all(t, ${without('t.storage.pvcTemplate', othersVolumes)}))`,
  `(!has(object.metadata.annotations) || object.metadata.annotations.all(k, !k.endsWith('Patch')))`,
);

/** @param anyImage load generators may run any, and not that of the plan alone */
export function checksOfMade({ cluster, restoreNamespace, image }: Monthly, anyImage: boolean): readonly Check[] {
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
      ),
      message:
        'a drill makes pods on nodes only, with one container, its own labels and a deadline, without a token, volumes or the content of Secrets',
    },
    {
      rule: rule('batch', 'CREATE', 'jobs'),
      on: ofItself('jobs', 'CREATE'),
      holds: all(
        ...[here, `object.metadata.name == ${text(`pgdrill-load-${cluster}`)}`],
        ...['parallelism', 'completions'].map((field) => atMost('object.spec', field, mostGenerators)),
        atMost('object.spec', 'activeDeadlineSeconds', generatorsDeadlineS),
        onlyLabels(template, ownPods(site, 'load'), labelsOfJobs),
        ...[readsNothing(pod, 'generator'), off(pod, ['hostPID', 'hostNetwork', 'hostIPC'])],
        ...[absent(pod, ['nodeName', 'priorityClassName']), empty(pod, ['imagePullSecrets', 'tolerations'])],
        `${pod}.containers.all(c, ${unprivileged}${anyImage ? '' : ` && c.image == ${text(image)}`})`,
      ),
      message: `a drill makes the Job of its load generators only, of ${mostGenerators} pods at most, by its own image and labels, without a token, volumes, the content of Secrets, a priority or privileges`,
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
        ...['object.spec.instances == 1', absent('object.spec', notRestored), ofItsOwn],
      ),
      message:
        'a drill makes the Cluster that it restores only, of one instance, without a backup, plugins, managed objects, a priority, variables or volumes of its own, rules about other pods, or patches',
    },
  ];
}
