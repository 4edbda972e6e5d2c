/** What a drill must be allowed to do, by fault: what `manifests` puts into the Role, and what is asked of the API before a drill. Pure. */
import type { FaultKind } from '../../../faults/index.ts';

export interface Right {
  /** Empty: the core group. */
  readonly group: string;
  /** With its subresource: `pods/exec`. */
  readonly resource: string;
  readonly verbs: readonly string[];
  /** Where it is needed: with the Cluster, or with the operator. */
  readonly where: 'cluster' | 'operator';
  /** Only for objects of these names. */
  readonly names?: readonly string[];
  readonly why: string;
}
export interface RightsFor {
  readonly cluster: string;
  readonly secret: string;
  /** Load generators inside the cluster. */
  readonly generators?: number;
}

const right = (group: string, resource: string, verbs: string, why: string, more: Partial<Right> = {}): Right => ({
  ...{ group, resource, why, where: 'cluster', verbs: verbs.split(' ') },
  ...more,
});
const cnpg = 'postgresql.cnpg.io';

/** Faults that are brought about on the node, by a short-lived privileged pod. */
export const nodeFaults: ReadonlySet<FaultKind> = new Set(['crash', 'restart', 'freeze', 'isolate', 'delete-now']);

/** What every drill and watch needs. */
export const baseRights = ({ cluster, secret, generators = 0 }: RightsFor): readonly Right[] => [
  right(cnpg, 'clusters', 'get list watch', 'topology, who is primary'),
  right(cnpg, 'poolers', 'list', 'the poolers'),
  right(cnpg, 'backups', 'list', 'how old the last backup is'),
  right('', 'pods', 'get list watch', 'instances and poolers'),
  right('', 'services', 'list', 'the ways in'),
  right('', 'events', 'list watch', 'what the operator tells of a failover'),
  right('', 'pods/log', 'get', 'the poolers’ logs'),
  right('', 'pods/proxy', 'get', 'the exporters of instances and poolers'),
  right('', 'pods/exec', 'create get', 'SQL on every instance and the poolers’ consoles, by their local sockets'),
  right('', 'secrets', 'get', 'the password of the role that writes', { names: [secret] }),
  right('discovery.k8s.io', 'endpointslices', 'list watch', 'where clients are sent'),
  right('coordination.k8s.io', 'leases', 'list watch', 'who holds the primary lease'),
  right('coordination.k8s.io', 'leases', 'get patch delete', 'the drill’s own lease', {
    names: [`pgdrill-${cluster}`],
  }),
  right('coordination.k8s.io', 'leases', 'create', 'the drill’s own lease'),
  ...(generators > 0 ? [right('batch', 'jobs', 'create delete', 'the load generators')] : []),
];

const deletion = right('', 'pods', 'delete', 'deletes the instance’s pod');
const agent = right('', 'pods', 'create delete', 'the short-lived privileged pod on the instance’s node');

/** What a fault needs beyond that. */
export function faultRights(fault: FaultKind, { cluster }: RightsFor): readonly Right[] {
  if (fault === 'switchover')
    return [
      right(cnpg, 'clusters/status', 'patch', 'asks for a switchover as kubectl cnpg promote does', {
        names: [cluster],
      }),
    ];
  if (fault === 'delete') return [deletion];
  if (fault === 'delete-now') return [deletion, agent];
  if (fault === 'operator-down')
    return [
      right('apps', 'deployments', 'list patch', 'scales the operator away and back', { where: 'operator' }),
      right('', 'pods', 'list delete', 'ends the operator’s pod at once', { where: 'operator' }),
    ];
  return nodeFaults.has(fault) ? [agent] : [];
}

/** All that these faults need, each once. */
export function rightsFor(faults: readonly FaultKind[], names: RightsFor): readonly Right[] {
  const all = [...baseRights(names), ...faults.flatMap((fault) => faultRights(fault, names))];
  return [...new Map(all.map((one) => [JSON.stringify(one), one])).values()];
}

/** As a rule of a Role, in YAML's flow form. */
export const ruleOf = ({ group, resource, verbs, names }: Right): string =>
  `{apiGroups: ["${group}"], resources: ["${resource}"], verbs: [${verbs.map((verb) => `"${verb}"`).join(', ')}]${names ? `, resourceNames: [${names.map((name) => `"${name}"`).join(', ')}]` : ''}}`;
