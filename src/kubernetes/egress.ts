/** Rules of NetworkPolicies for what a pod connects to, as narrow as an address allows. Pure. */

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

/** A Service of the cluster, as an address names it. Its namespace is absent where the address says that of the pod that asks. */
export function serviceIn(address: string): { readonly name: string; readonly namespace?: string } | undefined {
  const { hostname, protocol } = new URL(address);
  if (hostname.includes(':') || /^\d+(\.\d+){3}$/.test(hostname)) return undefined;
  const [name = '', namespace, svc] = hostname.split('.');
  if (namespace === undefined) return { name };
  // Without TLS a name of two parts is one of the cluster: `minio.db`.
  return svc === 'svc' || (svc === undefined && protocol === 'http:') ? { name, namespace } : undefined;
}

/**
 * One address, pods of a namespace, or a port anywhere: what the address allows.
 * @param ports of the pods behind a Service, which CNIs compare, where they differ from the port of the address
 */
export function towards(address: string, ports: readonly number[] = []): EgressRule {
  const url = new URL(address);
  const service = serviceIn(address);
  const own = Number(url.port) || (url.protocol === 'http:' ? 80 : 443);
  const open = { ports: (service && ports.length > 0 ? ports : [own]).map((one) => port(one)) };
  if (service)
    return { to: [service.namespace === undefined ? { podSelector: {} } : namespaceNamed(service.namespace)], ...open };
  return /^\d+(\.\d+){3}$/.test(url.hostname) ? { to: [{ ipBlock: { cidr: `${url.hostname}/32` } }], ...open } : open;
}
