/** The account of a drill, and rights as Roles: rules of the same resource in one. Pure. */
import type { Right } from '../faults/right.ts';
import { keptLabel, restoreLabels } from '../stacks/cluster/restore/objects.ts';
import { serviceAccount } from '../stacks/cluster/safety/account.ts';
import { restoreRights, rightsFor, storeRights } from '../stacks/cluster/safety/rights.ts';
import { restorePolicy } from './network.ts';
import { farName, labels, type Manifest, type Monthly, object } from './plan.ts';

interface Rule {
  readonly apiGroups: readonly string[];
  readonly resources: readonly string[];
  readonly verbs: readonly string[];
  readonly resourceNames?: readonly string[];
}

const group = 'rbac.authorization.k8s.io';

/** The least rules that grant these rights. */
function rulesOf(rights: readonly Right[]): Rule[] {
  const alike = Map.groupBy(rights, ({ group, resource, names }) => `${group}|${resource}|${names?.join() ?? ''}`);
  return [...alike.values()].map((ones) => {
    const { group, resource, names } = ones[0]!;
    const verbs = [...new Set(ones.flatMap((one) => one.verbs))];
    return { apiGroups: [group], resources: [resource], verbs, ...(names && { resourceNames: names }) };
  });
}

/** What the chosen scenarios need. */
function rightsOf(plan: Monthly): readonly Right[] {
  const faults = [...new Set(plan.scenarios.flatMap(({ needs }) => needs))];
  const restores = plan.scenarios.some((one) => one.restores);
  return [
    ...rightsFor(faults, plan),
    ...(restores ? [...restoreRights(plan.restoreNamespace), ...storeRights(plan.storeSecrets)] : []),
  ];
}

/** The account and its Role in the namespace of the Cluster; a ClusterRole for what has no namespace. */
export function accountAndRoles(plan: Monthly): Manifest[] {
  const rights = rightsOf(plan);
  const all = rights.filter(({ where }) => where === 'everywhere');
  const near = rights.filter(({ where }) => where === 'cluster');
  return [
    // Only pods that ask for its token get it.
    object(plan, 'v1', 'ServiceAccount', serviceAccount, { automountServiceAccountToken: false }),
    ...roleAndBinding(plan, plan.namespace, near),
    ...(all.length > 0 ? clusterRole(plan, all) : []),
  ];
}

/** The namespace that is kept for restores, with its Role, where a scenario restores. */
export function restorePlace(plan: Monthly): Manifest[] {
  const there = rightsOf(plan).filter(({ where }) => where === 'restore');
  if (there.length === 0) return [];
  const { namespace, cluster, restoreNamespace: name } = plan;
  // CloudNativePG's own pods keep to this level.
  const security = ['enforce', 'warn', 'audit'].map((mode) => [`pod-security.kubernetes.io/${mode}`, 'restricted']);
  const ours = { ...restoreLabels(namespace, cluster), ...keptLabel, ...Object.fromEntries(security) };
  const metadata = { name, labels: { ...labels, ...ours } };
  return [
    { apiVersion: 'v1', kind: 'Namespace', metadata },
    object({ namespace: name }, 'v1', 'ResourceQuota', 'pgdrill', { spec: { hard: restoreQuota } }),
    object({ namespace: name }, 'v1', 'ResourceQuota', 'pgdrill-priority', { spec: noPodOf('PriorityClass') }),
    object({ namespace: name }, 'v1', 'ResourceQuota', 'pgdrill-affinity', {
      spec: noPodOf('CrossNamespacePodAffinity'),
    }),
    ...roleAndBinding(plan, name, there),
    restorePolicy(plan),
  ];
}

/** One restore at a time: a Cluster with its pods, claims and Services, none of which leads out of the cluster. */
const restoreQuota = {
  'count/clusters.postgresql.cnpg.io': '1',
  pods: '4',
  persistentvolumeclaims: '16',
  'services.loadbalancers': '0',
  'services.nodeports': '0',
};

/**
 * No pod with a PriorityClass: it could evict pods of other namespaces. Kubernetes gives a cluster's default class to each pod
 * before it counts, so that such a cluster needs another selector: docs/rbac.md. And no pod whose affinity speaks of pods of
 * other namespaces: one that refuses them all would keep them from being scheduled.
 */
const noPodOf = (scopeName: 'PriorityClass' | 'CrossNamespacePodAffinity') => ({
  hard: { pods: '0' },
  scopeSelector: { matchExpressions: [{ scopeName, operator: 'Exists' }] },
});

/** The Role in the operator's namespace, where a scenario breaks the operator. */
export function operatorRoles(plan: Monthly): Manifest[] {
  const far = rightsOf(plan).filter(({ where }) => where === 'operator');
  return far.length > 0 ? roleAndBinding(plan, plan.operatorNamespace, far, farName(plan)) : [];
}

const subjects = (namespace: string) => [{ kind: 'ServiceAccount', name: serviceAccount, namespace }];

function roleAndBinding(plan: Monthly, namespace: string, rights: readonly Right[], name = 'pgdrill'): Manifest[] {
  return [
    object({ namespace }, `${group}/v1`, 'Role', name, { rules: rulesOf(rights) }),
    object({ namespace }, `${group}/v1`, 'RoleBinding', name, {
      roleRef: { apiGroup: group, kind: 'Role', name },
      subjects: subjects(plan.namespace),
    }),
  ];
}

function clusterRole(plan: Monthly, rights: readonly Right[]): Manifest[] {
  const name = farName(plan);
  const made = (kind: string, rest: Manifest): Manifest => ({
    ...{ apiVersion: `${group}/v1`, kind, metadata: { name, labels } },
    ...rest,
  });
  return [
    made('ClusterRole', { rules: rulesOf(rights) }),
    made('ClusterRoleBinding', {
      roleRef: { apiGroup: group, kind: 'ClusterRole', name },
      subjects: subjects(plan.namespace),
    }),
  ];
}
