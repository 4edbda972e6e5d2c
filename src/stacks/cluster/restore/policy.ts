/**
 * The network of a restored copy. It is a live PostgreSQL with the data, the passwords and the jobs of production: the
 * operator may connect to it, and it may connect to what a restore needs. Pure.
 */
import {
  type ApiServers,
  type EgressRule,
  namespaceNamed,
  port,
  towards,
  towardsApi,
  towardsNames,
} from '../../../kubernetes/egress.ts';
import type { KubeObject } from '../../cnpg/objects.ts';

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

/** Where a cloud gives the accounts of its nodes and pods, link-local: EC2, EKS, Azure, GKE. */
const cloudIdentity: EgressRule = {
  to: [{ ipBlock: { cidr: '169.254.0.0/16' } }],
  ports: [port(80), port(988)],
};

/**
 * @param address of the store, as an instance reaches it; absent: a cloud's own, whose addresses change
 * @param ports of the pods behind the address, where it is that of a Service
 * @param byIdentity whether the account that opens it is the cloud's, and not a Secret
 */
export const towardsStore = (
  address: string | undefined,
  { ports, byIdentity = false }: { readonly ports?: readonly number[]; readonly byIdentity?: boolean } = {},
): readonly EgressRule[] => [
  address === undefined ? { ports: [port(443)] } : towards(address, ports),
  ...(byIdentity ? [cloudIdentity] : []),
];

/** Whether the cloud's own account opens a store: `inheritFromIAMRole`, `inheritFromAzureAD`, `gkeEnvironment`. */
export const opensByIdentity = (configuration: object): boolean =>
  Object.values(configuration).some(
    (value) =>
      typeof value === 'object' &&
      value !== null &&
      ['inheritFromIAMRole', 'inheritFromAzureAD', 'gkeEnvironment'].some((one) => value[one as never] === true),
  );

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
