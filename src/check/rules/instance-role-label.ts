import { isMap, visit } from 'yaml';
import { cnpg } from '../documentation.ts';
import { renameKey } from '../edit.ts';
import type { Rule } from '../finding.ts';
import type { Manifest, Place } from '../manifest.ts';
import { find, textOf } from '../nodes.ts';

const clusterLabel = 'cnpg.io/cluster';
const current = 'cnpg.io/instanceRole';
const roles = new Set(['primary', 'replica']);

/** A selector on `role`, which the operator keeps only for compatibility. */
export const instanceRoleLabel: Rule = {
  id: 'instance-role-label',
  severity: 'warning',
  title: 'selector on the outdated label role',
  documentation: cnpg('labels_annotations', 'predefined-labels'),
  *check(inventory) {
    for (const resource of inventory.resources)
      for (const part of resource.parts)
        for (const at of selectorsOnRole(part))
          yield {
            resource,
            at,
            message:
              `The label role is deprecated in favour of ${current}. With the release that stops setting it, this ` +
              `selector matches no pod, and what stands behind it is gone, not failed over.`,
            change: [renameKey(at, current)],
          };
  },
};

/** Maps of labels that name a cluster and a role; not the labels of the object itself. */
function selectorsOnRole(manifest: Manifest): Place[] {
  const places: Place[] = [];
  visit(manifest.root, {
    Map(_, map, path) {
      const cluster = find(map, manifest.document, [clusterLabel]);
      const role = find(map, manifest.document, ['role']);
      const metadata = manifest.at('metadata')?.node;
      const own = path.some((ancestor) => isMap(ancestor) && ancestor === metadata);
      if (cluster && role && !own && roles.has(textOf(role.value) ?? ''))
        places.push(manifest.place(role.value, role.key));
    },
  });
  return places;
}
