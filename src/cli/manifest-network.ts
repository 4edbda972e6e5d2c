/** Addresses and ports for the NetworkPolicies that `pgdrill manifests` prints: as given, or as a cluster says. */
import { isIP } from 'node:net';
import { UsageError } from '../errors.ts';
import { apiPorts, perhapsService } from '../kubernetes/egress.ts';
import type { Monthly } from '../manifests/index.ts';
import { hookAddresses } from '../manifests/network.ts';
import { type Identity, identities } from '../stacks/cluster/restore/identity.ts';
import { wholeNumber } from './options.ts';

export interface NetworkFlags {
  readonly apiServer: readonly string[];
  readonly apiPort: readonly string[];
  readonly anyApiServer?: boolean;
  readonly context?: string;
  readonly podPort: readonly string[];
  readonly storeCidr: readonly string[];
  readonly reportCidr: readonly string[];
  readonly identity: readonly string[];
  /** What the drill reaches, and what a restored copy reaches. */
  readonly endpoint?: string;
  readonly pushgateway?: string;
  readonly prometheus?: string;
  readonly otlp?: string;
  readonly storeAddress?: string;
  /** Of restores, in place of those of the Cluster. */
  readonly restoreStorageClass?: string;
}
type Network = Pick<
  Monthly,
  | 'storageClasses'
  | 'apiServers'
  | 'apiPorts'
  | 'podPorts'
  | 'storeCidrs'
  | 'reportCidrs'
  | 'identities'
  | 'cloudAccount'
  | 'storeAddress'
>;
type Found = Pick<Network, 'storageClasses' | 'apiServers' | 'apiPorts' | 'podPorts' | 'identities' | 'cloudAccount'>;

/** What the flags do not say. */
export interface NetworkNeeds {
  readonly namespace: string;
  readonly cluster: string;
  readonly hooks: Monthly['hooks'];
  /** Backups are restored. */
  readonly restores: boolean;
  /** Restores read by the Cluster's own account. */
  readonly archiveAccount: boolean;
}

/**
 * What is given counts; what is not is read from the cluster where its context is named.
 * @throws UsageError where the API server's addresses are neither given nor found, and not left open on purpose
 */
export async function networkOf(flags: NetworkFlags, needs: NetworkNeeds): Promise<Network> {
  const { apiServer, context, anyApiServer } = flags;
  for (const [option, cidrs] of Object.entries({
    '--api-server': apiServer,
    '--store-cidr': flags.storeCidr,
    '--report-cidr': flags.reportCidr,
  }))
    for (const cidr of cidrs) refuseCidr(option, cidr);
  const named = flags.identity.map(identityNamed);
  // An instance asks from another namespace.
  const { fromAnywhere } = await import('../stacks/cluster/restore/objects.ts');
  const storeAddress = flags.storeAddress && fromAnywhere(flags.storeAddress, needs.namespace);
  const options = { ...flags, ...(storeAddress && { storeAddress }) };
  const found = context === undefined ? undefined : await foundIn(context, options, needs);
  const apiServers = apiServer.length > 0 || anyApiServer ? apiServer : (found?.apiServers ?? []);
  if (apiServers.length === 0 && !anyApiServer)
    throw new UsageError(
      `the NetworkPolicy needs the addresses of the API server: ${context === undefined ? 'name the cluster with --context, which reads them, or give' : `the user of ${context} may not read them, so give`} each that "kubectl get endpointslices kubernetes -n default" shows as --api-server 10.0.0.1/32; --any-api-server leaves its ports open to any address`,
    );
  const given = flags.apiPort.map((text) => wholeNumber('--api-port', text));
  const ports = Object.fromEntries(flags.podPort.map(podPort));
  // A port that was given for the short name of the store is one of its long name too.
  const [short, long] = [flags.storeAddress, storeAddress].map((one) => one && new URL(one).hostname);
  const ofStore = short && long && ports[short] ? { [long]: ports[short] } : {};
  return {
    apiServers,
    apiPorts: given.length > 0 ? given : [...new Set([...apiPorts, ...(found?.apiPorts ?? [])])],
    podPorts: { ...found?.podPorts, ...ports, ...ofStore },
    storageClasses: flags.restoreStorageClass ? [flags.restoreStorageClass] : (found?.storageClasses ?? []),
    ...{ storeCidrs: flags.storeCidr, reportCidrs: flags.reportCidr, storeAddress },
    identities: needs.archiveAccount ? (named.length > 0 ? named : (found?.identities ?? [])) : [],
    cloudAccount: found?.cloudAccount,
  };
}

async function foundIn(context: string, options: NetworkFlags, needs: NetworkNeeds): Promise<Found> {
  const { apiServersOf, podPorts } = await import('../stacks/cluster/addresses.ts');
  const { kubeOf } = await import('../stacks/cluster/place.ts');
  const kube = kubeOf(context);
  const { addresses, ports } = await apiServersOf(kube);
  const { endpoint, pushgateway, prometheus, otlp, storeAddress } = options;
  const inside = [endpoint, pushgateway, prometheus, otlp, storeAddress, ...hookAddresses(needs.hooks)].filter(
    (one) => one !== undefined && perhapsService(one),
  );
  const found = await Promise.all(
    inside.map(
      async (address) => [new URL(address!).hostname, await podPorts(kube, needs.namespace, address!)] as const,
    ),
  );
  return {
    ...{ apiServers: addresses, apiPorts: ports },
    podPorts: Object.fromEntries(found.flatMap(([host, all]) => (all === undefined ? [] : [[host, all]]))),
    identities: needs.archiveAccount ? await identitiesIn(kube, needs) : [],
    cloudAccount: needs.archiveAccount ? await cloudAccountIn(kube, needs) : undefined,
    storageClasses: needs.restores ? await classesIn(kube, needs) : [],
  };
}

type Kube = Parameters<typeof import('../stacks/cluster/addresses.ts')['apiServersOf']>[0];

/** How the Cluster's account opens its store. None where this user may not read it: the comment at the top warns then. */
async function identitiesIn(kube: Kube, { namespace, cluster }: NetworkNeeds): Promise<readonly Identity[]> {
  const { archiveIdentities } = await import('../stacks/cluster/restore/source.ts');
  return archiveIdentities({ kube, site: { namespace, cluster, operatorNamespace: '' } }).catch(() => []);
}

/** Which account of a cloud the Cluster has. Undefined where it cannot be read: the comment at the top warns then. */
async function cloudAccountIn(kube: Kube, { namespace, cluster }: NetworkNeeds): Promise<Network['cloudAccount']> {
  const { clusterAccount } = await import('../stacks/cluster/restore/source.ts');
  return clusterAccount({ kube, site: { namespace, cluster, operatorNamespace: '' } }).catch(() => undefined);
}

/** The storage classes that the Cluster names. None where this user may not read it. */
async function classesIn(kube: Kube, { namespace, cluster }: NetworkNeeds): Promise<readonly string[]> {
  const { clusterClasses } = await import('../stacks/cluster/restore/source.ts');
  return clusterClasses({ kube, site: { namespace, cluster, operatorNamespace: '' } }).catch(() => []);
}

function identityNamed(text: string): Identity {
  const found = identities.find((one) => one === text);
  if (found) return found;
  throw new UsageError(`--identity expects ${identities.join(', ')}; it got "${text}"`);
}

function podPort(text: string): [string, number[]] {
  const [, host, port] = /^([a-z0-9.-]+)=(\d{1,5})$/.exec(text) ?? [];
  if (!host || !port)
    throw new UsageError(`--pod-port expects host=port, such as grafana.monitoring=3000; it got "${text}"`);
  return [host, [Number(port)]];
}

function refuseCidr(option: string, text: string): void {
  const [, address = '', bits = '129'] = /^([^/]*)\/(\d{1,3})$/.exec(text) ?? [];
  const most = { 4: 32, 6: 128 }[isIP(address)] ?? -1;
  if (Number(bits) <= most) return;
  throw new UsageError(`${option} expects addresses such as 10.0.0.1/32; it got "${text}"`);
}
