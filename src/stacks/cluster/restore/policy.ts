/**
 * The network of a restored copy. It is a live PostgreSQL with the data, the passwords and the jobs of production: the
 * operator may connect to it, and it may connect to what a restore needs. Pure.
 */
import { isDeepStrictEqual } from 'node:util';
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

/** The only way in: that of the operator. */
const ingressOf = (operatorNamespace: string) => ({
  from: [operatorIn(operatorNamespace)],
  ports: [port(8000), port(5432)],
});

/** `spec` of the policy. Without it a subscription, a job or a shell in the copy reaches whatever the cluster reaches. */
export function restorePolicySpec({ operatorNamespace, api, store }: RestoreNetwork) {
  return {
    podSelector: {},
    policyTypes: ['Ingress', 'Egress'],
    ingress: [ingressOf(operatorNamespace)],
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

interface Rule {
  readonly from?: readonly object[];
  readonly to?: readonly object[];
  readonly ports?: readonly { readonly port?: unknown; readonly endPort?: unknown }[];
}
export interface Policy extends KubeObject {
  readonly spec?: {
    readonly podSelector?: object;
    readonly policyTypes?: readonly string[];
    readonly ingress?: readonly Rule[];
    readonly egress?: readonly Rule[];
  };
}

/** A rule without ports, or with a range of them, lets through more than any that a restore needs. */
const namesPorts = ({ ports = [] }: Rule): boolean =>
  ports.length > 0 && ports.every(({ port, endPort }) => port !== undefined && endPort === undefined);

/** Whether it is for every pod of its namespace, both ways, lets in the operator alone, and nothing out at any port. */
const closes = ({ spec = {} }: Policy, operatorNamespace: string): boolean => {
  const { podSelector = {}, policyTypes = [], ingress = [], egress = [] } = spec;
  return (
    Object.keys(podSelector).length === 0 &&
    ['Ingress', 'Egress'].every((way) => policyTypes.includes(way)) &&
    egress.every(namesPorts) &&
    ingress.every((one) => isDeepStrictEqual(one, ingressOf(operatorNamespace)))
  );
};
/** One without rules only closes. */
const opens = ({ spec }: Policy): boolean => (spec?.ingress ?? []).length + (spec?.egress ?? []).length > 0;

/** Policies add up, so that one that is narrow is worth nothing beside one that is wide. @returns why a copy is open; undefined: it is closed */
export function whyOpen(policies: readonly Policy[], operatorNamespace: string): string | undefined {
  const own = policies.find(({ metadata }) => metadata.name === restorePolicyName);
  if (!own) return `has no NetworkPolicy ${restorePolicyName} that closes the network of a restored copy`;
  if (!closes(own, operatorNamespace))
    return `has a NetworkPolicy ${restorePolicyName} that lets a restored copy connect, or be reached, beyond what a restore needs (its operator is looked for in ${operatorNamespace}: --operator-namespace)`;
  const other = policies.find((one) => one !== own && opens(one));
  return (
    other && `has the NetworkPolicy ${other.metadata.name} too, which lets more through to or from a restored copy`
  );
}
