/** Addresses and ports for the NetworkPolicies that `pgdrill manifests` prints: as given, or as a cluster says. */
import { UsageError } from '../errors.ts';
import { apiPorts, serviceIn } from '../kubernetes/egress.ts';
import type { Monthly } from '../manifests/index.ts';
import { wholeNumber } from './options.ts';

export interface NetworkFlags {
  readonly apiServer: readonly string[];
  readonly apiPort: readonly string[];
  readonly anyApiServer?: boolean;
  readonly context?: string;
  readonly podPort: readonly string[];
  /** What the drill reaches, and what a restored copy reaches. */
  readonly endpoint?: string;
  readonly pushgateway?: string;
  readonly prometheus?: string;
  readonly otlp?: string;
  readonly storeAddress?: string;
}
type Network = Pick<Monthly, 'apiServers' | 'apiPorts' | 'podPorts'>;

/**
 * What is given counts; what is not is read from the cluster where its context is named.
 * @throws UsageError where the API server's addresses are neither given nor found, and not left open on purpose
 */
export async function networkOf(options: NetworkFlags, namespace: string): Promise<Network> {
  const { apiServer, context, anyApiServer } = options;
  const found = context === undefined ? undefined : await foundIn(context, namespace, options);
  const apiServers = apiServer.length > 0 || anyApiServer ? apiServer : (found?.apiServers ?? []);
  if (apiServers.length === 0 && !anyApiServer)
    throw new UsageError(
      `the NetworkPolicy needs the addresses of the API server: ${context === undefined ? 'name the cluster with --context, which reads them, or give' : `the user of ${context} may not read them, so give`} each that "kubectl get endpointslices kubernetes -n default" shows as --api-server 10.0.0.1/32; --any-api-server leaves its ports open to any address`,
    );
  const given = options.apiPort.map((text) => wholeNumber('--api-port', text));
  return {
    apiServers,
    apiPorts: given.length > 0 ? given : [...new Set([...apiPorts, ...(found?.apiPorts ?? [])])],
    podPorts: { ...found?.podPorts, ...Object.fromEntries(options.podPort.map(podPort)) },
  };
}

async function foundIn(context: string, namespace: string, options: NetworkFlags): Promise<Network> {
  const { apiServersOf, podPorts } = await import('../stacks/cluster/addresses.ts');
  const { kubeOf } = await import('../stacks/cluster/place.ts');
  const kube = kubeOf(context);
  const { addresses, ports } = await apiServersOf(kube);
  const { endpoint, pushgateway, prometheus, otlp, storeAddress } = options;
  const inside = [endpoint, pushgateway, prometheus, otlp, storeAddress].filter(
    (one) => one !== undefined && serviceIn(one),
  );
  const found = await Promise.all(
    inside.map(async (address) => [new URL(address!).hostname, await podPorts(kube, namespace, address!)] as const),
  );
  return {
    ...{ apiServers: addresses, apiPorts: ports },
    podPorts: Object.fromEntries(found.filter(([, all]) => all.length > 0)),
  };
}

function podPort(text: string): [string, number[]] {
  const [, host, port] = /^([a-z0-9.-]+)=(\d{1,5})$/.exec(text) ?? [];
  if (!host || !port)
    throw new UsageError(`--pod-port expects host=port, such as grafana.monitoring=3000; it got "${text}"`);
  return [host, [Number(port)]];
}

export function refuseCidr(text: string): void {
  const [, address = '', bits = '129'] = /^([0-9a-fA-F.:]+)\/(\d{1,3})$/.exec(text) ?? [];
  const four = /^\d{1,3}(\.\d{1,3}){3}$/.test(address) && address.split('.').every((part) => Number(part) < 256);
  if ((four && Number(bits) <= 32) || (address.includes(':') && Number(bits) <= 128)) return;
  throw new UsageError(`--api-server expects addresses such as 10.0.0.1/32; it got "${text}"`);
}
