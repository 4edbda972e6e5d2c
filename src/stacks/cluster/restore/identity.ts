/**
 * How an instance gets the account of a cloud that opens its object store, without a Secret, and what it has to reach for that.
 * Addresses: https://docs.aws.amazon.com/eks/latest/userguide/pod-identities.html,
 * https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/instancedata-data-retrieval.html,
 * https://learn.microsoft.com/entra/identity/managed-identities-azure-resources/how-to-use-vm-token,
 * https://cloud.google.com/kubernetes-engine/docs/how-to/workload-identity. Pure.
 */
import { block, type EgressRule, port, towardsHttps } from '../../../kubernetes/egress.ts';

interface Way {
  /** Link-local addresses that give out accounts. */
  readonly endpoints: readonly { readonly cidrs: readonly string[]; readonly ports: readonly number[] }[];
  /** A token is exchanged at a service with a name, by HTTPS. */
  readonly exchangedAt?: string;
}

const ways = {
  irsa: { endpoints: [], exchangedAt: 'sts.<region>.amazonaws.com' },
  'eks-pod-identity': { endpoints: [{ cidrs: ['169.254.170.23/32', 'fd00:ec2::23/128'], ports: [80] }] },
  ec2: { endpoints: [{ cidrs: ['169.254.169.254/32', 'fd00:ec2::254/128'], ports: [80] }] },
  'azure-workload': { endpoints: [], exchangedAt: 'login.microsoftonline.com' },
  'azure-managed': { endpoints: [{ cidrs: ['169.254.169.254/32'], ports: [80] }] },
  gke: {
    endpoints: [
      // With Dataplane V2, and without.
      { cidrs: ['169.254.169.254/32'], ports: [80, 8080] },
      { cidrs: ['169.254.169.252/32'], ports: [987, 988] },
    ],
  },
} as const satisfies Readonly<Record<string, Way>>;

export type Identity = keyof typeof ways;
export const identities = Object.keys(ways) as readonly Identity[];
const wayOf = (identity: Identity): Way => ways[identity];

/** Rules towards the link-local addresses alone. */
export const endpointRules = (identity: Identity): readonly EgressRule[] =>
  wayOf(identity).endpoints.map(({ cidrs, ports }) => ({
    to: cidrs.map(block),
    ports: ports.map((one) => port(one)),
  }));

/** Whether a token is exchanged at a service with a name. */
export const exchangesToken = (identity: Identity): boolean => wayOf(identity).exchangedAt !== undefined;

/** All that these ways need, each rule once. @param outside CIDRs of services outside of the cluster; none: any address */
export function identityRules(of: readonly Identity[], outside: readonly string[]): readonly EgressRule[] {
  const rules = [...of.flatMap(endpointRules), ...(of.some(exchangesToken) ? [towardsHttps(outside)] : [])];
  return [...new Map(rules.map((rule) => [JSON.stringify(rule), rule])).values()];
}

/** For people: which addresses and ports these are. */
export function identityInWords(identity: Identity): string {
  const { endpoints, exchangedAt } = wayOf(identity);
  const places = endpoints.map(({ cidrs, ports }) => `${cidrs.join(' and ')} at ${ports.join(' and ')}`);
  return [...places, ...(exchangedAt ? [`${exchangedAt} at 443`] : [])].join(', ');
}

interface Source {
  readonly spec: { readonly [field: string]: unknown };
}
interface AccountTemplate {
  readonly metadata?: {
    readonly annotations?: Readonly<Record<string, string>>;
    readonly labels?: Readonly<Record<string, string>>;
  };
}

/** Annotations and labels of a ServiceAccount that say which account of a cloud it gets. */
export const accountPrefixes = ['eks.amazonaws.com/', 'azure.workload.identity/', 'iam.gke.io/'] as const;

/** What a Cluster's template of its ServiceAccount says of an account of a cloud, and nothing else of it; undefined: nothing. */
export function accountOf({ serviceAccountTemplate }: Source['spec']): AccountTemplate | undefined {
  const { annotations, labels } = (serviceAccountTemplate as AccountTemplate | undefined)?.metadata ?? {};
  const said = (all: Readonly<Record<string, string>> = {}) =>
    Object.entries(all).filter(([key]) => accountPrefixes.some((prefix) => key.startsWith(prefix)));
  const metadata = Object.entries({ annotations: said(annotations), labels: said(labels) }).flatMap(([field, pairs]) =>
    pairs.length > 0 ? [[field, Object.fromEntries(pairs)]] : [],
  );
  return metadata.length > 0 ? { metadata: Object.fromEntries(metadata) } : undefined;
}

/**
 * The ways that a Cluster may use: where its configuration leaves two open, both.
 * @param configuration of its object store
 * @returns none where Secrets open the store
 */
export function identitiesOf({ spec }: Source, configuration: object): readonly Identity[] {
  const annotations = (spec.serviceAccountTemplate as AccountTemplate | undefined)?.metadata?.annotations ?? {};
  const says = (setting: string): boolean =>
    Object.values(configuration).some((value) => (value as Record<string, unknown> | null)?.[setting] === true);
  if (says('inheritFromIAMRole'))
    return 'eks.amazonaws.com/role-arn' in annotations ? ['irsa'] : ['eks-pod-identity', 'ec2'];
  if (says('inheritFromAzureAD') || says('useDefaultAzureCredentials'))
    return 'azure.workload.identity/client-id' in annotations ? ['azure-workload'] : ['azure-managed'];
  return says('gkeEnvironment') ? ['gke'] : [];
}
