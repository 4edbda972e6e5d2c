/** What the Job of the load generators is beside its pods: who owns it, which pods it takes for its own, and where they go. Pure. */
import { ownPods } from '../stacks/cluster/pods/own-pods.ts';
import { all, type Check, either, empty, off, ofItself, onlyLabels, rule } from './admission-cel.ts';
import { fieldsWithin } from './admission-fields.ts';
import type { Monthly } from './plan.ts';

const fields = [
  ...['completions', 'parallelism', 'completionMode', 'backoffLimit', 'activeDeadlineSeconds', 'template'],
  // Kubernetes sets these.
  ...['suspend', 'podReplacementPolicy', 'selector', 'manualSelector'],
];
/** By which Kubernetes finds the pods of a Job where no one chooses. */
const chosenByKubernetes = ['controller-uid', 'batch.kubernetes.io/controller-uid'];

const affinity = 'object.spec.template.spec.affinity';
const preferred = `${affinity}.podAntiAffinity.preferredDuringSchedulingIgnoredDuringExecution`;
const keptApart = all(
  fieldsWithin(affinity, ['podAntiAffinity']),
  // A rule that has to hold counts for pods of other namespaces as well.
  fieldsWithin(`${affinity}.podAntiAffinity`, ['preferredDuringSchedulingIgnoredDuringExecution']),
  either(
    `!has(${affinity})`,
    `!has(${affinity}.podAntiAffinity)`,
    `!has(${preferred})`,
    `${preferred}.all(t, ${fieldsWithin('t.podAffinityTerm', ['labelSelector', 'topologyKey'])})`,
  ),
);

export const checkOfJob = ({ cluster }: Pick<Monthly, 'cluster'>): Check => ({
  rule: rule('batch', 'CREATE', 'jobs'),
  on: ofItself('jobs', 'CREATE'),
  holds: all(
    fieldsWithin('object.spec', fields),
    `has(object.spec.completionMode) && object.spec.completionMode == 'Indexed'`,
    'has(object.spec.backoffLimit) && object.spec.backoffLimit == 0',
    off('object.spec', ['manualSelector', 'suspend']),
    fieldsWithin('object.spec.selector', ['matchLabels']),
    fieldsWithin('object.spec.selector.matchLabels', chosenByKubernetes),
    keptApart,
    empty('object.metadata', ['annotations', 'finalizers']),
    onlyLabels('object', ownPods({ namespace: '', cluster, operatorNamespace: '' }, 'load')),
    // As a Job of a CronJob it would keep that from starting its own, the watchdog too.
    either(
      '!has(object.metadata.ownerReferences)',
      `object.metadata.ownerReferences.all(o, o.kind == 'Lease' && !(has(o.controller) && o.controller))`,
    ),
    either(
      '!has(object.spec.template.metadata)',
      fieldsWithin('object.spec.template.metadata', ['labels', 'creationTimestamp']),
    ),
  ),
  message: `a drill makes the Job of its load generators with the fields of one only, without annotations, a selector or an owner other than the lease, of pods that only prefer to be apart`,
});
