/** Finds a running stack again from another process, by its labels in Docker. */
import { SetupError, UsageError } from '../../errors.ts';
import { Kube } from '../cnpg/api/kube.ts';
import { poolerPods } from '../cnpg/faults/pooler.ts';
import { labels } from '../cnpg/names.ts';
import { isReady } from '../cnpg/objects.ts';
import { PoolerPods, poolerNumbered } from '../cnpg/pooler-pods.ts';
import { tryTcp } from '../tcp.ts';
import { readAccounts } from './bring-up.ts';
import type { K3s } from './cluster.ts';
import { containersOf, docker, inNode } from './docker.ts';
import { addressOf } from './faults/node-address.ts';
import type { Installation } from './installation.ts';
import { apiPort, type Node, serverNode } from './nodes.ts';
import { siteOf, topologyKept } from './site.ts';

/** The API of a stack; undefined where its server is gone. */
export async function kubeOf(stackId: string): Promise<Kube | undefined> {
  const server = (await containersOf(stackId)).find(({ node, running }) => node === serverNode && running);
  if (!server) return undefined;
  const kubeconfig = await inNode(server.id, 'cat /etc/rancher/k3s/k3s.yaml');
  return Kube.fromText(kubeconfig.replace(/server: .*/, `server: https://${await apiAddress(server.id)}`));
}

/** The server's own address where this machine reaches it, otherwise the port that Docker published. */
async function apiAddress(container: string): Promise<string> {
  const address = await addressOf(container);
  if ((await tryTcp(address, apiPort, 2_000)) === 'connected') return `${address}:${apiPort}`;
  const { container: client, info } = await docker();
  const { NetworkSettings } = await client.inspect(client.getById(container));
  return `${info.containerRuntime.host}:${NetworkSettings.Ports[`${apiPort}/tcp`]?.[0]?.HostPort}`;
}

/**
 * A kept stack with everything that the process that opened it knew of it.
 * @throws UsageError where it stands up other manifests; SetupError where it does not run
 */
export async function runningStack(id: string, installation: Installation): Promise<K3s> {
  const kube = await kubeOf(id);
  if (!kube) throw new SetupError(`the stack ${id} does not run: its server node is down; remove it with pgdrill down`);
  const [site, topology] = [await siteOf(kube), await topologyKept(kube)];
  const same = site.namespace === installation.site.namespace && site.cluster === installation.site.cluster;
  if (!same)
    throw new UsageError(
      `the stack ${id} runs the Cluster ${site.cluster} in ${site.namespace}, but the run is for ${installation.site.cluster} in ${installation.site.namespace}; name the same --manifests as pgdrill up`,
    );
  if (!topology) throw new SetupError(`the stack ${id} was opened by an earlier version; open another with pgdrill up`);
  const nodes = await Promise.all((await containersOf(id)).filter(({ node, running }) => node && running).map(nodeOf));
  const server = nodes.find(({ name }) => name === serverNode)!;
  const agents = nodes.filter(({ name }) => name !== serverNode).sort((a, b) => (a.name < b.name ? -1 : 1));
  const routable = (await tryTcp(server.address, apiPort, 2_000)) === 'connected';
  const numbered = (await poolerPods({ kube, site })).filter(isReady).flatMap(({ metadata }) => {
    const number = Number(metadata.labels?.[labels.poolerNumber]);
    return number > 0 ? [[poolerNumbered(number), metadata.name] as const] : [];
  });
  const poolers = new PoolerPods(new Map(numbered.sort(([a], [b]) => (a < b ? -1 : 1))));
  return {
    id,
    kube,
    topology,
    installation,
    server,
    agents,
    routable,
    poolers,
    accounts: await readAccounts(kube, site),
  };
}

async function nodeOf({ id, node }: { readonly id: string; readonly node: string | undefined }): Promise<Node> {
  const { container: client, info } = await docker();
  const { NetworkSettings } = await client.inspect(client.getById(id));
  const host = info.containerRuntime.host;
  return {
    name: node!,
    containerId: id,
    address: Object.values(NetworkSettings.Networks)[0]?.IPAddress ?? '',
    published: (port) => ({ host, port: Number(NetworkSettings.Ports[`${port}/tcp`]?.[0]?.HostPort) }),
  };
}
