/**
 * What a drain may change of a node: it cordons with its mark, and uncordons what has it. Kubernetes adds and removes the taint of
 * a cordon by its own controller, so that no taint changes with it. Pure.
 */
import { cordonedBy } from '../stacks/cnpg/faults/drain.ts';
import { all, type Check, either, onlyThese, rule, same, text } from './admission-cel.ts';

/** Distributions mark the nodes of their control plane by these. */
const controlPlane = ['control-plane', 'master', 'etcd', 'controlplane'].map(
  (role) => `node-role.kubernetes.io/${role}`,
);

export function nodeCheck(cluster: string): Check {
  const mark = text(cordonedBy);
  const annotations = (node: string) => `${node}.metadata.annotations`;
  const marked = (node: string) => `(has(${annotations(node)}) && ${mark} in ${annotations(node)})`;
  const own = (node: string) =>
    `(${marked(node)} && ${annotations(node)}[${mark}] == params.metadata.namespace + ${text(`/${cluster}`)})`;
  const closed = (node: string) => `(has(${node}.spec.unschedulable) && ${node}.spec.unschedulable)`;
  const isWorker = `(!has(oldObject.metadata.labels) || !oldObject.metadata.labels.exists(k, k in [${controlPlane.map(text).join(', ')}]))`;
  return {
    rule: rule('', 'UPDATE', 'nodes'),
    on: `request.resource.resource == 'nodes'`,
    holds: all(
      onlyThese('spec', ['unschedulable']),
      // A taint with NoExecute ends pods, and `timeAdded` says when.
      same('spec.taints'),
      same('metadata.ownerReferences'),
      same('metadata.finalizers'),
      onlyThese('metadata.labels', []),
      onlyThese('metadata.annotations', [cordonedBy]),
      either(
        all(`${closed('object')} == ${closed('oldObject')}`, onlyThese('metadata.annotations', [])),
        // A mark of its own may be left from a cordon that somebody else ended.
        all(
          ...[isWorker, `!${closed('oldObject')}`, closed('object'), own('object')],
          either(own('oldObject'), `!${marked('oldObject')}`),
        ),
        all(own('oldObject'), `!${marked('object')}`, `!${closed('object')}`),
      ),
    ),
    message:
      'a drill cordons nodes other than those of the control plane, says so on each in the same change, and uncordons those alone that have its mark',
  };
}
