import { cnpg } from '../documentation.ts';
import { setIn } from '../edit.ts';
import type { Rule } from '../finding.ts';
import { textOf } from '../nodes.ts';
import type { Resource } from '../resource.ts';

/** The operator's own anti-affinity is only preferred: with room on one node alone, all instances go there. */
export const instancesOnOneNode: Rule = {
  id: 'instances-on-one-node',
  severity: 'warning',
  title: 'instances may all stand on one node',
  documentation: cnpg('scheduling', 'requiring-pod-anti-affinity'),
  *check(inventory) {
    for (const resource of inventory.clusters) {
      if ((resource.number('spec', 'instances') ?? 1) < 2 || isSpread(resource)) continue;
      const off = resource.text('spec', 'affinity', 'enablePodAntiAffinity') === 'false';
      const path = ['spec', 'affinity', 'podAntiAffinityType'];
      const change = [setIn(resource.at(...path)?.manifest ?? resource.base, path, 'required')];
      if (off) change.push(setIn(resource.base, ['spec', 'affinity', 'enablePodAntiAffinity'], true));
      yield {
        resource,
        at: off ? resource.nearest('spec', 'affinity', 'enablePodAntiAffinity') : resource.nearest(...path),
        message:
          `${off ? 'Anti-affinity is switched off' : 'Anti-affinity is only preferred (podAntiAffinityType)'}: after a ` +
          `drain or with a full node, the instances may come to stand on one node, and its loss takes the primary and ` +
          `every standby at once. With required there must be as many nodes as instances.`,
        change,
      };
    }
  },
};

function isSpread(cluster: Resource): boolean {
  const enabled = cluster.text('spec', 'affinity', 'enablePodAntiAffinity') !== 'false';
  if (enabled && cluster.text('spec', 'affinity', 'podAntiAffinityType') === 'required') return true;
  const required = ['spec', 'affinity', 'additionalPodAntiAffinity', 'requiredDuringSchedulingIgnoredDuringExecution'];
  if (cluster.items(...required).length > 0) return true;
  return cluster
    .items('spec', 'topologySpreadConstraints')
    .some(({ manifest, node }) => textOf(manifest.within(node, 'whenUnsatisfiable')?.node) === 'DoNotSchedule');
}
