/** Where things of a cluster answer, as NetworkPolicies compare it: by the addresses and ports that Services lead to. */
import type { ApiServers } from '../../kubernetes/egress.ts';
import { isAmbiguous, perhapsService } from '../../kubernetes/egress.ts';
import type { Kube } from '../cnpg/api/kube.ts';
import type { KubeObject } from '../cnpg/objects.ts';

const sliceKind = { apiVersion: 'discovery.k8s.io/v1', kind: 'EndpointSlice' } as const;

interface Slice extends KubeObject {
  readonly endpoints?: readonly { readonly addresses?: readonly string[] }[];
  readonly ports?: readonly { readonly port?: number }[];
}

/** Undefined where this user may not ask: every caller has something to say instead. */
const slicesOf = (kube: Kube, namespace: string, service: string): Promise<readonly Slice[] | undefined> =>
  kube.list<Slice>(sliceKind, namespace, `kubernetes.io/service-name=${service}`).catch(() => undefined);

const portsOf = (slices: readonly Slice[]): number[] => [
  ...new Set(slices.flatMap(({ ports }) => (ports ?? []).flatMap(({ port }) => port ?? []))),
];

/** Each API server as a CIDR of one address, and its ports. Empty where this user may not ask. */
export async function apiServersOf(kube: Kube): Promise<ApiServers> {
  const slices = (await slicesOf(kube, 'default', 'kubernetes')) ?? [];
  const addresses = slices.flatMap(({ endpoints }) => (endpoints ?? []).flatMap((one) => one.addresses ?? []));
  return {
    addresses: [...new Set(addresses)].map((one) => `${one}/${one.includes(':') ? 128 : 32}`),
    ports: portsOf(slices),
  };
}

/**
 * Ports of the pods behind the Service that an address may name.
 * @returns none where a name of two parts is not one of a Service; undefined where it is not known
 */
export async function podPorts(kube: Kube, namespace: string, address: string): Promise<number[] | undefined> {
  const service = perhapsService(address);
  const slices = service && (await slicesOf(kube, service.namespace ?? namespace, service.name));
  if (!slices) return undefined;
  if (slices.length === 0) return isAmbiguous(address) ? [] : undefined;
  const ports = portsOf(slices);
  return ports.length > 0 ? ports : undefined;
}
