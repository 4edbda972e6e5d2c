/**
 * A ValidatingAdmissionPolicy for the account of the drill: what RBAC cannot say, since a Role names no pods by their labels,
 * no container and no field. The account is the policy’s parameter, so that the policy follows it to another name or namespace.
 * Pure.
 */
import { nodeAgentLabel } from '../stacks/cluster/pods/agent.ts';
import { clusterLabel } from '../stacks/cluster/pods/own-pods.ts';
import { restoredName } from '../stacks/cluster/restore/objects.ts';
import { serviceAccount } from '../stacks/cluster/safety/account.ts';
import { labels as cnpg, pgbouncerContainer, postgresContainer } from '../stacks/cnpg/names.ts';
import {
  all,
  type Check,
  either,
  here,
  labelled,
  ofItself,
  onlyThese,
  rule,
  subresource,
  text,
} from './admission-cel.ts';
import { checksOfDeleted } from './admission-deleted.ts';
import { checkOfJob } from './admission-job.ts';
import { checksOfMade } from './admission-made.ts';
import { nodeCheck } from './admission-node.ts';
import { poolerCheck } from './admission-pooler.ts';
import { checksOfRestores } from './admission-restored.ts';
import { farName, labels, type Manifest, type Monthly } from './plan.ts';

export const admissionGroup = 'admissionregistration.k8s.io';
const apiVersion = `${admissionGroup}/v1`;

/** A pod that is being deleted has one of these labels. */
const withOneOf = (pairs: Readonly<Record<string, string>>): string =>
  either(...Object.entries(pairs).map(([key, value]) => labelled('oldObject', key, value)));

function admissionChecks(plan: Monthly, anyImage: boolean): readonly Check[] {
  const { cluster, operatorNamespace, restoreNamespace } = plan;
  // Instances have the name of their Cluster and a number.
  const instances = text(`^${cluster.replaceAll('.', '[.]')}-[0-9]+$`);
  const restored = `(request.namespace == ${text(restoreNamespace)} && request.name == ${text(`${restoredName}-1`)} && object.container == ${text(postgresContainer)})`;
  const ours = [
    `(request.name.matches(${instances}) && object.container == ${text(postgresContainer)})`,
    `object.container == ${text(pgbouncerContainer)}`,
    `(request.name.startsWith('pgdrill-node-') && object.container == 'agent')`,
    `(request.name.startsWith('pgdrill-load-') && object.container == 'generator')`,
  ];
  const operators = `(request.namespace == ${text(operatorNamespace)} && ${withOneOf({ 'app.kubernetes.io/name': 'cloudnative-pg' })})`;
  const pods = `(${here} && ${withOneOf({ [cnpg.cluster]: cluster, [nodeAgentLabel]: cluster, [clusterLabel]: cluster })})`;
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
      on: ofItself('pods', 'DELETE'),
      holds: `${pods} || ${operators}`,
      message: 'a drill deletes pods of its Cluster, its own, and those of the operator',
    },
    {
      rule: rule('', 'CREATE', 'pods/eviction'),
      on: subresource('eviction'),
      holds: `${here} && request.name.matches(${instances})`,
      message: 'a drill evicts instances of its Cluster',
    },
    ...checksOfMade(plan, anyImage),
    ...[checkOfJob(plan), ...checksOfRestores(plan), ...checksOfDeleted(plan)],
    nodeCheck(cluster),
    poolerCheck(cluster),
    {
      rule: rule('postgresql.cnpg.io', 'UPDATE', 'clusters/status'),
      on: subresource('status'),
      holds: all(
        onlyThese('status', ['targetPrimary', 'targetPrimaryTimestamp', 'phase', 'phaseReason']),
        either(
          onlyThese('status', ['targetPrimaryTimestamp', 'phase', 'phaseReason']),
          'has(object.status.targetPrimary) && has(oldObject.status.instanceNames) && object.status.targetPrimary in oldObject.status.instanceNames',
        ),
      ),
      message: 'a drill changes of a Cluster’s status what asks for another of its instances as the primary',
    },
  ];
}

const isTheAccount = `request.userInfo.username == 'system:serviceaccount:' + params.metadata.namespace + ':' + params.metadata.name`;

/** Without the account nobody can act as it; to deny then would deny these requests to everybody. */
const accountOf = ({ namespace }: Monthly) => ({
  ...{ name: serviceAccount, namespace },
  parameterNotFoundAction: 'Allow',
});

/**
 * The policy and its binding, unless they are left out.
 * @param anyImage load generators may run any, and not that of the plan alone: an overlay may name another, which no expression follows
 */
export function admission(plan: Monthly, anyImage = false): Manifest[] {
  if (!plan.admission) return [];
  const name = farName(plan);
  const checks = admissionChecks(plan, anyImage);
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
