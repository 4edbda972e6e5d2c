/**
 * The network of a restored copy. It is a live PostgreSQL with the data, the passwords and the jobs of production: the
 * operator may connect to it, and it may connect to what a restore needs. Pure.
 */
import {
  type ApiServers,
  block,
  type EgressRule,
  namespaceNamed,
  port,
  towards,
  towardsApi,
  towardsHttps,
  towardsNames,
} from '../../../kubernetes/egress.ts';
import type { KubeObject } from '../../cnpg/objects.ts';
import { type Identity, identityRules } from './identity.ts';

export const policyKind = { apiVersion: 'networking.k8s.io/v1', kind: 'NetworkPolicy' } as const;
/** Its name in the namespace of a restore. */
export const restorePolicyName = 'pgdrill';

export interface RestoreNetwork {
  readonly operatorNamespace: string;
  /** Every instance of CloudNativePG speaks to it. */
  readonly api: ApiServers;
  /** Towards the object store, and what opens it. */
  readonly store: readonly EgressRule[];
}

export interface StoreReach {
  /** Ports of the pods behind the address, where it is that of a Service. */
  readonly ports?: readonly number[] | undefined;
  /** CIDRs of the store and of what opens it; they take the place of what its address allows. */
  readonly cidrs?: readonly string[];
  /** How the account of a cloud opens it; none: Secrets do. */
  readonly identities?: readonly Identity[];
}

/** @param address of the store, as an instance reaches it; absent: a cloud's own, whose addresses change */
export function towardsStore(
  address: string | undefined,
  { ports, cidrs = [], identities = [] }: StoreReach = {},
): readonly EgressRule[] {
  const rule = address === undefined ? towardsHttps(cidrs) : towards(address, { ports });
  const store = cidrs.length > 0 ? { ...rule, to: cidrs.map(block) } : rule;
  const rules = [store, ...identityRules(identities, cidrs)];
  return [...new Map(rules.map((one) => [JSON.stringify(one), one])).values()];
}

/** The pods of the operator: it asks instances for their status on 8000, and PostgreSQL itself. */
export const operatorIn = (namespace: string) => ({
  ...namespaceNamed(namespace),
  podSelector: { matchLabels: { 'app.kubernetes.io/name': 'cloudnative-pg' } },
});

/** `spec` of the policy. Without it a subscription, a job or a shell in the copy reaches whatever the cluster reaches. */
export function restorePolicySpec({ operatorNamespace, api, store }: RestoreNetwork) {
  return {
    podSelector: {},
    policyTypes: ['Ingress', 'Egress'],
    ingress: [{ from: [operatorIn(operatorNamespace)], ports: [port(8000), port(5432)] }],
    egress: [towardsNames, towardsApi(api), ...store],
  };
}

export const restorePolicy = (
  namespace: string,
  labels: Readonly<Record<string, string>>,
  network: RestoreNetwork,
): KubeObject => ({
  ...policyKind,
  metadata: { name: restorePolicyName, namespace, labels },
  spec: restorePolicySpec(network),
});

interface Policy extends KubeObject {
  readonly spec?: { readonly podSelector?: object; readonly policyTypes?: readonly string[] };
}

/** Whether it keeps every pod of its namespace from connecting wherever it likes. */
export const closesEgress = ({ spec }: Policy): boolean =>
  spec?.policyTypes?.includes('Egress') === true && JSON.stringify(spec.podSelector ?? {}) === '{}';
