/**
 * What a drill asks of the API, from which `manifests` makes the Role, and which is checked before a drill. What a fault
 * needs beyond that is in the fault's own contract. `rights.test.ts` records the requests and finds a right that is missing
 * and one that nothing uses. Pure.
 */
import { contractOf, type FaultKind } from '../../../faults/index.ts';
import { cnpgGroup as cnpg, type Right, right } from '../../../faults/right.ts';

export interface RightsFor {
  readonly cluster: string;
  readonly secret: string;
  /** Load generators inside the cluster. */
  readonly generators?: number;
}

/** What every drill and watch needs. A watch of one object by its name needs no right to the others. */
export const baseRights = ({ cluster, secret, generators = 0 }: RightsFor): readonly Right[] => [
  right(cnpg, 'clusters', 'get watch', 'topology, who is primary', { names: [cluster] }),
  right(cnpg, 'poolers', 'list', 'the poolers'),
  right(cnpg, 'backups', 'list', 'how old the last backup is'),
  right('', 'pods', 'get list watch', 'instances and poolers'),
  right('', 'services', 'list', 'the ways in'),
  right('', 'events', 'list watch', 'what the operator reports of a failover'),
  right('', 'pods/log', 'get', 'the poolers’ logs'),
  right('', 'pods/proxy', 'get', 'the exporters of instances and poolers'),
  right('', 'pods/exec', 'create get', 'SQL on every instance and the poolers’ consoles, by their local sockets'),
  right('', 'secrets', 'get', 'the password of the role that writes', { names: [secret] }),
  right('discovery.k8s.io', 'endpointslices', 'watch', 'where clients are sent'),
  right('coordination.k8s.io', 'leases', 'watch', 'who holds the primary lease', { names: [cluster] }),
  right('coordination.k8s.io', 'leases', 'get patch delete', 'the drill’s own lease', {
    names: [`pgdrill-${cluster}`],
  }),
  right('coordination.k8s.io', 'leases', 'create', 'the drill’s own lease'),
  ...(generators > 0 ? [right('batch', 'jobs', 'create delete', 'the load generators')] : []),
];

const barmanGroup = 'barmancloud.cnpg.io';
const network = 'networking.k8s.io';
const everywhere = { where: 'everywhere' } as const;

/**
 * What a restore needs beyond that.
 * @param namespace one that is kept for restores. Absent: each restore makes a new one, and since nobody knows its name
 *   beforehand the rights hold in all: a ClusterRole. What has no namespace takes a ClusterRole in either case
 */
export function restoreRights(namespace?: string): readonly Right[] {
  const there = namespace === undefined ? everywhere : ({ where: 'restore', namespace } as const);
  const kept = namespace !== undefined;
  return [
    right('', 'namespaces', kept ? 'get' : 'create get list delete', 'the namespace of the restore', {
      ...there,
      ...(kept && { names: [namespace] }),
    }),
    right(cnpg, 'clusters', kept ? 'create get delete' : 'create get', 'the restored Cluster', there),
    right(barmanGroup, 'objectstores', kept ? 'create delete' : 'create', 'where the restored Cluster reads', there),
    right(barmanGroup, 'objectstores', 'get', 'where the plugin archives'),
    right('', 'secrets', kept ? 'create list delete' : 'create', 'copies of the credentials of the store', there),
    right('', 'pods', 'list', 'the restored instance', there),
    right('', 'pods/exec', 'create get', 'SQL on the restored instance', there),
    right('', 'pods/log', 'get', 'why a restore failed', there),
    right('', 'events', 'list', 'why a restore failed', there),
    right('', 'persistentvolumeclaims', 'list', 'that its volumes are gone afterwards', there),
    ...(kept
      ? [
          right('rbac.authorization.k8s.io', 'rolebindings', 'list', 'that nobody else is bound there', there),
          right('', 'serviceaccounts', 'get', 'that nobody has a token of the restored instance', {
            ...{ ...there, names: ['restored'] },
          }),
        ]
      : []),
    right(network, 'networkpolicies', kept ? 'list' : 'create', 'that the copy connects to nothing else', there),
    right('', 'persistentvolumes', 'list', 'that no volume outlives its claim', everywhere),
    right('storage.k8s.io', 'storageclasses', 'list', 'whether volumes go with their claims', everywhere),
  ];
}

/** @param names Secrets of the Cluster's namespace that reading the object store takes, which are copied */
export const storeRights = (names: readonly string[]): readonly Right[] =>
  names.length > 0 ? [right('', 'secrets', 'get', 'the credentials of the object store', { names })] : [];

/** What a fault needs beyond that. */
export const faultRights = (fault: FaultKind, { cluster }: RightsFor): readonly Right[] =>
  (contractOf(fault)?.onCluster?.rights ?? []).map(({ own, ...one }) => (own ? { ...one, names: [cluster] } : one));

/** With `--watchdog-image` only: the drill makes the watchdog's pod. The watchdog of `manifests` needs no such right. */
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
