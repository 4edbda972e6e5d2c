import { isMap, visit, type YAMLMap } from 'yaml';
import { renameKey } from '../change/edit.ts';
import { cnpg } from '../documentation.ts';
import type { Rule } from '../finding.ts';
import type { Resource } from '../objects/resource.ts';
import type { Place } from '../text/manifest.ts';
import { textOf } from '../text/nodes.ts';

const clusterLabel = 'cnpg.io/cluster';
const current = 'cnpg.io/instanceRole';
const roles = new Set(['primary', 'replica']);

/** A selector on `role`, which the operator keeps only for compatibility. */
export const instanceRoleLabel: Rule = {
  id: 'instance-role-label',
  severity: 'warning',
  title: 'selector on the deprecated label role',
  documentation: cnpg('labels_annotations', 'predefined-labels'),
  explanation:
    'The label `role` is deprecated in favour of `cnpg.io/instanceRole`. The release that stops setting it leaves a ' +
    'selector on it without pods: a Service then has no endpoint, in a failover as at any other time.',
  bad: `apiVersion: v1
kind: Service
metadata:
  name: primary
spec:
  selector:
    cnpg.io/cluster: pg
    role: primary
`,
  *check(inventory) {
    for (const resource of inventory.resources)
      for (const at of selectorsOnRole(resource))
        yield {
          resource,
          at,
          message:
            `The label role is deprecated in favour of ${current}. With the release that stops setting it, this ` +
            `selector matches no pod.`,
          change: [renameKey(at, current)],
        };
  },
};

/** Maps of labels that name a cluster and a role; not the labels of the object itself. */
function selectorsOnRole({ manifest, base }: Resource): Place[] {
  // Most objects name no cluster at all: they need not be walked.
  if (!base.source.text.includes(clusterLabel)) return [];
  const places: Place[] = [];
  const metadata = manifest.at('metadata')?.node;
  visit(manifest.root, {
    Map(_, map, path) {
      if (path.some((ancestor) => isMap(ancestor) && ancestor === metadata)) return;
      const role = manifest.within(map as YAMLMap, 'role');
      if (role && manifest.within(map, clusterLabel) && roles.has(textOf(role.node) ?? '')) places.push(role);
    },
  });
  return places;
}
