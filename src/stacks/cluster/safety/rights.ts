/** What a drill must be allowed to do, by fault: what `manifests` puts into the Role, and what is asked of the API before a drill. Pure. */
import { contractOf, type FaultKind } from '../../../faults/index.ts';
import { cnpgGroup as cnpg, type Right, right } from '../../../faults/right.ts';

export interface RightsFor {
  readonly cluster: string;
  readonly secret: string;
  /** Load generators inside the cluster. */
  readonly generators?: number;
}

/** What every drill and watch needs. */
export const baseRights = ({ cluster, secret, generators = 0 }: RightsFor): readonly Right[] => [
  right(cnpg, 'clusters', 'get list watch', 'topology, who is primary'),
  right(cnpg, 'poolers', 'list', 'the poolers'),
  right(cnpg, 'backups', 'list', 'how old the last backup is'),
  right('', 'pods', 'get list watch', 'instances and poolers'),
  right('', 'services', 'list', 'the ways in'),
  right('', 'events', 'list watch', 'what the operator reports of a failover'),
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

const everywhere = { where: 'everywhere' } as const;

/** What a restore into a namespace of its own needs beyond that: a ClusterRole, since the namespace is new each time. */
export const restoreRights: readonly Right[] = [
  right('', 'namespaces', 'create get list delete', 'the namespace of the restore', everywhere),
  right(cnpg, 'clusters', 'create get patch', 'the restored Cluster', everywhere),
  right('', 'secrets', 'create get patch', 'the credentials of the object store', everywhere),
  right('', 'pods', 'list', 'the restored instance', everywhere),
  right('', 'pods/exec', 'create get', 'SQL on the restored instance', everywhere),
  right('', 'pods/log', 'get', 'why a restore failed', everywhere),
  right('', 'events', 'list', 'why a restore failed', everywhere),
  right('', 'persistentvolumeclaims', 'list', 'that its volumes are gone afterwards', everywhere),
];

/** What a fault needs beyond that. */
export const faultRights = (fault: FaultKind, { cluster }: RightsFor): readonly Right[] =>
  (contractOf(fault)?.onCluster?.rights ?? []).map(({ own, ...one }) => (own ? { ...one, names: [cluster] } : one));

/** The watchdog is a pod like any other, and what a dead drill left it undoes with the drill's own rights. */
export const watchdogRights: readonly Right[] = [
  { group: '', resource: 'pods', verbs: ['create', 'delete'], where: 'cluster', why: 'the watchdog' },
];

/** All that these faults need, each once. */
export function rightsFor(faults: readonly FaultKind[], names: RightsFor): readonly Right[] {
  const all = [...baseRights(names), ...faults.flatMap((fault) => faultRights(fault, names))];
  return [...new Map(all.map((one) => [JSON.stringify(one), one])).values()];
}

/** A rule of a Role, in YAML's flow form. */
export const ruleOf = ({ group, resource, verbs, names }: Right): string =>
  `{apiGroups: ["${group}"], resources: ["${resource}"], verbs: [${verbs.map((verb) => `"${verb}"`).join(', ')}]${names ? `, resourceNames: [${names.map((name) => `"${name}"`).join(', ')}]` : ''}}`;
