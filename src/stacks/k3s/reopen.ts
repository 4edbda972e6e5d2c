/** Finds a running stack again from another process, by its labels in Docker. */
import { Kube } from '../cnpg/api/kube.ts';
import { tryTcp } from '../tcp.ts';
import { containersOf, docker, inNode } from './docker.ts';
import { addressOf } from './faults/node-address.ts';
import { apiPort, serverNode } from './nodes.ts';

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
