/**
 * A ValidatingAdmissionPolicy for the account of the drill: what RBAC cannot say, since a Role names no pods by their labels,
 * no container and no field. The account is the policy’s parameter, so that the policy follows it to another name or namespace.
 * Pure.
 */
import { nodeAgentLabel } from '../stacks/cluster/pods/agent.ts';
import { clusterLabel } from '../stacks/cluster/pods/own-pods.ts';
import { restoredName } from '../stacks/cluster/restore/objects.ts';
import { serviceAccount } from '../stacks/cluster/safety/watchdog.ts';
import { cordonedBy } from '../stacks/cnpg/faults/drain.ts';
import { labels as cnpg, pgbouncerContainer, postgresContainer } from '../stacks/cnpg/names.ts';
import { farName, labels, type Manifest, type Monthly } from './plan.ts';

export const admissionGroup = 'admissionregistration.k8s.io';
const apiVersion = `${admissionGroup}/v1`;
/** The namespace of the account: that of the Cluster. */
const here = 'request.namespace == params.metadata.namespace';

interface Rule {
  readonly apiGroups: readonly string[];
  readonly apiVersions: readonly string[];
  readonly operations: readonly string[];
  readonly resources: readonly string[];
}
interface Check {
  readonly rule: Rule;
  /** For which requests, in CEL. */
  readonly on: string;
  /** What has to hold, in CEL. */
  readonly holds: string;
  readonly message: string;
}

const rule = (group: string, operation: string, ...resources: string[]): Rule => ({
  ...{ apiGroups: [group], apiVersions: ['*'], operations: [operation], resources },
});
const text = (value: string): string => `'${value}'`;
const listed = (values: readonly string[]): string => `[${values.map(text).join(', ')}]`;
/** Fields of one map that differ from another's, both of which may be absent, are these at most. */
const onlyThese = (path: string, allowed: readonly string[]): string => {
  const [parent, field] = [path.split('.').slice(0, -1), path.split('.').at(-1)!];
  const of = (root: string) => {
    const at = [root, ...parent, field].join('.');
    return `(has(${at}) ? dyn(${at}) : {})`;
  };
  const within = (one: string, other: string) =>
    `${of(one)}.all(k, k in ${listed(allowed)} || (k in ${of(other)} && ${of(one)}[k] == ${of(other)}[k]))`;
  return `${within('object', 'oldObject')} && ${within('oldObject', 'object')}`;
};
/** A list that a change leaves as it is, or as absent. */
const same = (path: string): string => {
  const of = (root: string) => `(has(${root}.${path}) ? dyn(${root}.${path}) : [])`;
  return `${of('object')} == ${of('oldObject')}`;
};
/** Each taint of one object stands in the other too, with its value and effect, or is the one of a cordon. */
const sameTaints = (one: string, other: string): string => {
  const value = (taint: string) => `(has(${taint}.value) ? ${taint}.value : '')`;
  const cordon = `(t.key == 'node.kubernetes.io/unschedulable' && t.effect == 'NoSchedule')`;
  const found = `o.key == t.key && o.effect == t.effect && ${value('o')} == ${value('t')}`;
  return `(has(${one}.spec.taints) ? ${one}.spec.taints : []).all(t, ${cordon} || (has(${other}.spec.taints) && ${other}.spec.taints.exists(o, ${found})))`;
};
/** CEL has no empty value for a field that a request does not have: it is an error, and an error denies. */
const subresource = (name: string): string => `has(request.subResource) && request.subResource == ${text(name)}`;
/** The spec of a pod reads no Secret: it has no token and no volume, and no container has variables. */
const noSecrets = (spec: string): string =>
  [
    `has(${spec}.automountServiceAccountToken) && !${spec}.automountServiceAccountToken`,
    `(!has(${spec}.volumes) || ${spec}.volumes.size() == 0)`,
    ...['initContainers', 'ephemeralContainers'].map(
      (field) => `(!has(${spec}.${field}) || ${spec}.${field}.size() == 0)`,
    ),
    `${spec}.containers.all(c, !has(c.env) && !has(c.envFrom))`,
  ].join(' && ');
/** And it may nothing on its node. */
const unprivilegedPod = (spec: string): string =>
  [
    ...['hostPID', 'hostNetwork', 'hostIPC'].map((field) => `(!has(${spec}.${field}) || !${spec}.${field})`),
    `${spec}.containers.all(c, has(c.securityContext) && has(c.securityContext.allowPrivilegeEscalation) && !c.securityContext.allowPrivilegeEscalation && !has(c.securityContext.privileged))`,
  ].join(' && ');
const jobSpec = 'object.spec.template.spec';
/** A pod that is being deleted has one of these labels. */
const labelled = (pairs: Readonly<Record<string, string>>): string =>
  Object.entries(pairs)
    .map(
      ([key, value]) =>
        `(${text(key)} in oldObject.metadata.labels && oldObject.metadata.labels[${text(key)}] == ${text(value)})`,
    )
    .join(' || ');

function admissionChecks({ cluster, operatorNamespace, restoreNamespace }: Monthly): readonly Check[] {
  // Instances have the name of their Cluster and a number.
  const instances = text(`^${cluster.replaceAll('.', '[.]')}-[0-9]+$`);
  const restored = `(request.namespace == ${text(restoreNamespace)} && request.name == ${text(`${restoredName}-1`)} && object.container == ${text(postgresContainer)})`;
  const ours = [
    `(request.name.matches(${instances}) && object.container == ${text(postgresContainer)})`,
    `object.container == ${text(pgbouncerContainer)}`,
    `(request.name.startsWith('pgdrill-node-') && object.container == 'agent')`,
    `(request.name.startsWith('pgdrill-load-') && object.container == 'generator')`,
  ];
  const operators = `(request.namespace == ${text(operatorNamespace)} && ${labelled({ 'app.kubernetes.io/name': 'cloudnative-pg' })})`;
  const pods = `(${here} && (${labelled({ [cnpg.cluster]: cluster, [nodeAgentLabel]: cluster, [clusterLabel]: cluster })}))`;
  return [
    {
      rule: rule('', 'CONNECT', 'pods/exec'),
      on: subresource('exec'),
      holds: `(${here} && (${ours.join(' || ')})) || ${restored}`,
      message: 'a drill runs commands in instances and poolers of its Cluster, in its own pods and in what it restored',
    },
    {
      rule: rule('', 'CONNECT', 'pods/proxy'),
      on: subresource('proxy'),
      holds: `${here} && request.name.matches('^[a-z0-9.-]+:(9187|9127)$')`,
      message: 'a drill reads the exporters of instances (9187) and poolers (9127)',
    },
    {
      rule: rule('', 'DELETE', 'pods'),
      on: `request.resource.resource == 'pods' && request.operation == 'DELETE'`,
      holds: `has(oldObject.metadata.labels) && (${pods} || ${operators})`,
      message: 'a drill deletes pods of its Cluster, its own, and those of the operator',
    },
    {
      rule: rule('', 'CREATE', 'pods/eviction'),
      on: subresource('eviction'),
      holds: `${here} && request.name.matches(${instances})`,
      message: 'a drill evicts instances of its Cluster',
    },
    {
      rule: rule('', 'CREATE', 'pods'),
      on: `request.resource.resource == 'pods' && request.operation == 'CREATE' && !(has(request.subResource) && request.subResource != '')`,
      holds: `${here} && has(object.metadata.labels) && ${text(nodeAgentLabel)} in object.metadata.labels && object.metadata.labels[${text(nodeAgentLabel)}] == ${text(cluster)} && ${noSecrets('object.spec')}`,
      message: 'a drill makes pods on nodes only, without a token, volumes or the content of Secrets',
    },
    {
      rule: rule('batch', 'CREATE', 'jobs'),
      on: `request.resource.resource == 'jobs' && request.operation == 'CREATE'`,
      holds: `${here} && object.metadata.name == ${text(`pgdrill-load-${cluster}`)} && ${noSecrets(jobSpec)} && ${unprivilegedPod(jobSpec)}`,
      message:
        'a drill makes the Job of its load generators only, without a token, volumes, the content of Secrets or privileges',
    },
    {
      rule: rule('', 'UPDATE', 'nodes'),
      on: `request.resource.resource == 'nodes'`,
      holds: [
        onlyThese('spec', ['unschedulable', 'taints']),
        // The taint that Kubernetes itself sets with it.
        sameTaints('object', 'oldObject'),
        sameTaints('oldObject', 'object'),
        same('metadata.ownerReferences'),
        same('metadata.finalizers'),
        onlyThese('metadata.labels', []),
        onlyThese('metadata.annotations', [cordonedBy]),
      ].join(' && '),
      message: 'a drill changes of a node whether it takes pods, and says on it that it did',
    },
    {
      rule: rule('postgresql.cnpg.io', 'UPDATE', 'clusters/status'),
      on: subresource('status'),
      holds: onlyThese('status', ['targetPrimary', 'targetPrimaryTimestamp', 'phase', 'phaseReason']),
      message: 'a drill changes of a Cluster’s status what asks for another primary',
    },
  ];
}

const isTheAccount = `request.userInfo.username == 'system:serviceaccount:' + params.metadata.namespace + ':' + params.metadata.name`;

/** Without the account nobody can act as it; to deny then would deny these requests to everybody. */
const accountOf = ({ namespace }: Monthly) => ({
  ...{ name: serviceAccount, namespace },
  parameterNotFoundAction: 'Allow',
});

/** The policy and its binding, unless they are left out. */
export function admission(plan: Monthly): Manifest[] {
  if (!plan.admission) return [];
  const name = farName(plan);
  const checks = admissionChecks(plan);
  const metadata = { name, labels };
  return [
    {
      ...{ apiVersion, kind: 'ValidatingAdmissionPolicy', metadata },
      spec: {
        failurePolicy: 'Fail',
        matchConstraints: { resourceRules: checks.map(({ rule }) => rule) },
        paramKind: { apiVersion: 'v1', kind: 'ServiceAccount' },
        matchConditions: [{ name: 'account-of-the-drill', expression: isTheAccount }],
        validations: checks.map(({ on, holds, message }) => ({ expression: `!(${on}) || (${holds})`, message })),
      },
    },
    {
      ...{ apiVersion, kind: 'ValidatingAdmissionPolicyBinding', metadata },
      spec: { policyName: name, paramRef: accountOf(plan), validationActions: ['Deny'] },
    },
  ];
}
