import { isMap, type YAMLMap } from 'yaml';
import { cnpg } from '../documentation.ts';
import { eachCluster } from '../each.ts';
import { cluster } from '../example.ts';
import type { Rule } from '../finding.ts';
import { entries, textOf } from '../text/nodes.ts';

const example = (status: string): string => `${cluster('instances: 1')}status:\n  managedRolesStatus:\n    ${status}\n`;

/** Found in what a live cluster reports. */
export const roleNotReconciled: Rule = {
  id: 'role-not-reconciled',
  severity: 'error',
  title: 'role that the operator cannot bring about',
  documentation: cnpg('declarative_role_management', 'unrealizable-role-configurations'),
  explanation:
    'PostgreSQL refuses what `managed.roles` asks for, and the operator reports it in the status only. The role lacks its ' +
    'password or rights, here and on every cluster that is restored. The rule reads the status of a live cluster.',
  bad: example('cannotReconcile:\n      shop:\n        - could not perform UPDATE on role shop'),
  good: example('byStatus:\n      reconciled:\n        - shop'),
  check: eachCluster(function* (resource) {
    const place = resource.at('status', 'managedRolesStatus', 'cannotReconcile');
    if (!isMap(place?.node)) return;
    for (const { key } of entries(place.node as YAMLMap, place.manifest.document)) {
      const at = place.manifest.within(place.node, String(key.value))!;
      const [reason] = at.manifest.itemsOf(at.node).map((item) => textOf(item.node));
      yield {
        resource,
        at,
        message: `The operator cannot bring about the role ${String(key.value)}${reason ? ` (${reason})` : ''}: it lacks its password or rights, and its clients may be refused.`,
        change: [],
      };
    }
  }),
};
