import { cnpg } from '../documentation.ts';
import { eachCluster } from '../each.ts';
import { cluster } from '../example.ts';
import type { Rule } from '../finding.ts';
import { hasDetachableVolumes, hasLocalVolumes, instancesOf, isSpread } from '../objects/replication.ts';
import type { Resource } from '../objects/resource.ts';

/** With so many nodes for each instance, one node alone is never the only one with room. */
const manyNodes = 3;

/** The operator's own anti-affinity is only preferred: with room on one node alone, all instances go there. */
export const instancesOnOneNode: Rule = {
  id: 'instances-on-one-node',
  severity: 'warning',
  onlyInProduction: true,
  together: true,
  title: 'instances may all run on one node',
  documentation: cnpg('scheduling', 'requiring-pod-anti-affinity'),
  explanation:
    'The operator prefers different nodes for the instances of a Cluster, and accepts one node where others are full or ' +
    'cordoned. The loss of that node takes the primary and all standbys. `required` needs as many nodes as instances: ' +
    'accept the finding where a cluster has fewer. On storage that outlives a node (Longhorn, Ceph, disks of a cloud) the ' +
    'instances start again elsewhere, and the finding is for information. The rule is silent where the repository declares ' +
    'a single node (Talos), and on such storage also where it declares three nodes or more for each instance.',
  bad: cluster('instances: 3'),
  meant: { here: /\b(?:prefer|soft|single node|one node|two nodes|[12] nodes?\b|fewer nodes)/i },
  drill: 'node-isolated',
  measured:
    'an isolated node on k3s that held the primary alone cost 88.5 s of writes; the standbys on other nodes took over (one run, `docs/measured.md`)',
  check: eachCluster(function* (resource, { nodes }) {
    const instances = instancesOf(resource);
    // On the only node there is no other place.
    if (instances < 2 || isSpread(resource) || nodes === 1) return;
    const off = resource.flag('spec', 'affinity', 'enablePodAntiAffinity') === false;
    const canMove = hasDetachableVolumes(resource);
    if (!off && canMove && hasManyNodes(resource, nodes)) return;
    const path = ['spec', 'affinity', 'podAntiAffinityType'];
    yield {
      resource,
      ...(!off && canMove && { severity: 'info' }),
      at: off ? resource.nearest('spec', 'affinity', 'enablePodAntiAffinity') : resource.nearest(...path),
      message: `${off ? 'Anti-affinity is switched off' : 'Anti-affinity is only preferred (podAntiAffinityType)'}: ${harm(resource)}`,
      // With fewer nodes than instances, required leaves some without a place.
      change:
        nodes !== undefined && nodes < instances
          ? []
          : resource.setAll([
              [path, 'required'],
              ...(off ? [[['spec', 'affinity', 'enablePodAntiAffinity'], true] as const] : []),
            ]),
    };
  }),
};

/** Whether many nodes can take the instances; not where a selector chooses among them. */
const hasManyNodes = (resource: Resource, nodes = 0): boolean =>
  nodes >= instancesOf(resource) * manyNodes && resource.at('spec', 'affinity', 'nodeSelector') === undefined;

/** A local volume keeps its instance on a node, so that only the first placement counts; others can follow it elsewhere. */
function harm(resource: Resource): string {
  if (hasLocalVolumes(resource))
    return (
      'instances that are created while other nodes are full share one node, and their local volumes keep them there. ' +
      'Its loss takes the primary and every standby, and the cluster must be restored from a backup. ' +
      'With required there must be as many nodes as instances.'
    );
  const shared =
    'when other nodes are full or drained, the instances may share one node, and its loss takes the primary and every standby at once';
  const then = hasDetachableVolumes(resource)
    ? ': the data is safe, and the database is down until Kubernetes has moved an instance and its volume to another node'
    : '';
  return `${shared}${then}. With required there must be as many nodes as instances.`;
}
