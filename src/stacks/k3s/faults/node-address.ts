/** Where a node is on the containers' network. */
import { SetupError } from '../../../errors.ts';
import { tryTcp } from '../../tcp.ts';
import { docker } from '../docker.ts';

/** Every node's kubelet listens here. */
export const kubeletPort = 10250;

/** The address of a node's container; empty where it does not run. */
export async function addressOf(container: string): Promise<string> {
  const { container: client } = await docker();
  const { NetworkSettings } = await client.inspect(client.getById(container));
  return Object.values(NetworkSettings.Networks)[0]?.IPAddress ?? '';
}

/** The address that this machine has on the node's network. */
export async function hostAddress(container: string): Promise<string> {
  const { container: client } = await docker();
  const { NetworkSettings } = await client.inspect(client.getById(container));
  return Object.values(NetworkSettings.Networks)[0]?.Gateway ?? '';
}

/** @throws SetupError where a node answers that should not, not even its kubelet's port */
export async function demandSilence(node: string, address: string): Promise<void> {
  const seen = await tryTcp(address, kubeletPort, 500);
  if (seen === 'connected' || seen === 'refused')
    throw new SetupError(`${node} should not answer, but ${address}:${kubeletPort} is ${seen}`);
}
