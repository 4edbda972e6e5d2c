/** Rules of NetworkPolicies for what a pod connects to, as narrow as an address allows. Pure. */
import { isIP } from 'node:net';

export type EgressRule = Readonly<Record<string, unknown>>;

export const port = (number: number, protocol = 'TCP') => ({ port: number, protocol });
export const namespaceNamed = (name: string) => ({
  namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': name } },
});
/** Where NodeLocal DNSCache answers, which is not a pod's address. */
const nodeLocalDns = { ipBlock: { cidr: '169.254.20.10/32' } };

/** Names are asked of pods of the cluster, and of nothing outside it. */
export const towardsNames: EgressRule = {
  to: [{ namespaceSelector: {} }, nodeLocalDns],
  ports: [port(53), port(53, 'UDP')],
};

/** Where the API server answers: CNIs compare what its Service leads to. */
export interface ApiServers {
  /** CIDR; none: any address. */
  readonly addresses: readonly string[];
  readonly ports: readonly number[];
}
/** Those of Kubernetes itself; MicroK8s has 16443. */
export const apiPorts: readonly number[] = [443, 6443];

export const towardsApi = ({ addresses, ports }: ApiServers): EgressRule => ({
  ...(addresses.length > 0 && { to: addresses.map((cidr) => ({ ipBlock: { cidr } })) }),
  ports: ports.map((one) => port(one)),
});

export const block = (cidr: string) => ({ ipBlock: { cidr } });

/** A Service of the cluster. Its namespace is absent where the address means that of the pod that asks. */
export interface ServiceName {
  readonly name: string;
  readonly namespace?: string;
}

/** Host of an address: a name without the dot of the root, or an IP address without brackets. */
const hostOf = (address: string): string => new URL(address).hostname.replace(/^\[|\]$|\.$/g, '');

/** The Service that an address may name: `push`, `push.monitoring`, `push.monitoring.svc…`, `pod-0.push.monitoring.svc…`. */
export function perhapsService(address: string): ServiceName | undefined {
  const host = hostOf(address);
  if (isIP(host) !== 0) return undefined;
  const parts = host.split('.');
  const svc = parts.indexOf('svc', 2);
  if (svc !== -1) return { name: parts[svc - 2]!, namespace: parts[svc - 1]! };
  const [name = '', namespace] = parts;
  if (namespace === undefined) return { name };
  return parts.length === 2 ? { name, namespace } : undefined;
}

/**
 * The Service that an address names. A name of two parts may also be one outside of the cluster (`example.org`).
 * @param ports of the pods behind it, which show that it is a Service; none: it is known not to be one; absent: unknown, and a
 *   name of two parts is taken for a Service where its address is without TLS
 */
export function serviceIn(address: string, ports?: readonly number[]): ServiceName | undefined {
  const service = perhapsService(address);
  if (!service || !isAmbiguous(address)) return service;
  return (ports ? ports.length > 0 : new URL(address).protocol === 'http:') ? service : undefined;
}

/** Whether a name of two parts is all that an address has. */
export const isAmbiguous = (address: string): boolean =>
  perhapsService(address) !== undefined && hostOf(address).split('.').length === 2;

export interface Reach {
  /** Of the pods behind a Service, which CNIs compare, where they differ from the port of the address: see `serviceIn`. */
  readonly ports?: readonly number[] | undefined;
  /** CIDRs of what has a name outside of the cluster, which NetworkPolicies do not know; none: any address. */
  readonly outside?: readonly string[];
}

/** One address, pods of a namespace, the given addresses, or a port anywhere: what the address allows. */
export function towards(address: string, { ports, outside = [] }: Reach = {}): EgressRule {
  const url = new URL(address);
  const host = hostOf(address);
  const service = serviceIn(address, ports);
  const own = Number(url.port) || (url.protocol === 'http:' ? 80 : 443);
  const open = { ports: (service && ports && ports.length > 0 ? ports : [own]).map((one) => port(one)) };
  if (service)
    return { to: [service.namespace === undefined ? { podSelector: {} } : namespaceNamed(service.namespace)], ...open };
  const version = isIP(host);
  if (version !== 0) return { to: [block(`${host}/${version === 4 ? 32 : 128}`)], ...open };
  return { ...(outside.length > 0 && { to: outside.map(block) }), ...open };
}

/** HTTPS towards what has no address of its own: a cloud. */
export const towardsHttps = (outside: readonly string[]): EgressRule => ({
  ...(outside.length > 0 && { to: outside.map(block) }),
  ports: [port(443)],
});
