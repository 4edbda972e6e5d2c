/**
 * isolate: a partition of the instance's node. Every packet that enters or leaves it is dropped: clients, the other
 * instances, the object store, the API server and the kubelet's own traffic. What runs on it runs on. One connection is
 * spared, from this machine to the instance's own port: the drill asks the cut-off primary what it takes itself for.
 */
import { until } from '../../../wait.ts';
import { nodePorts } from '../../cnpg/api/ports.ts';
import { word } from '../../cnpg/faults/fault.ts';
import { argsOf, type Chains, chainsOf, dropAll, dropped, newMark, removeAllRules } from '../../cnpg/firewall.ts';
import { type NodeShell, podOnNode } from '../../cnpg/node-shell.ts';
import { nodeContainer } from '../docker.ts';
import type { K3sFault } from './context.ts';
import { addressOf, demandSilence, hostAddress, kubeletPort } from './node-address.ts';

export const isolate: K3sFault = {
  async prepare(context, target) {
    const { name, node, shell } = await podOnNode(context, target);
    const container = await nodeContainer(context.id, node);
    const address = await addressOf(container);
    const number = Number(/-(\d+)$/.exec(name)?.[1]);
    const how = { node, address, mark: newMark(context.site) };
    const chains = chainsOf(how);
    const args = [...argsOf(chains), String(nodePorts.instance(number)), await hostAddress(container)];
    const setup = 'set -e; card=eth0; port=$3; from=$4';
    const armed = await shell.arm({ setup, action: dropAll('port-from'), check: '', args });
    return {
      how,
      breakIt: () => armed.fire(),
      prove: () => proveCut(shell, how, chains),
    };
  },
  async heal(context, how) {
    const node = word(how, 'node');
    const shell = await context.shell(node);
    const chains = chainsOf(how);
    await removeAllRules(shell, chains, node);
    return `the rules of ${node} are removed`;
  },
};

/** The node does not answer, not even its kubelet, and packets were dropped both ways. */
async function proveCut(
  shell: NodeShell,
  { node, address }: { readonly node: string; readonly address: string },
  chains: Chains,
): Promise<string> {
  await demandSilence(node, address);
  const counted = async () => {
    const counts = await dropped(shell, chains);
    return counts.into > 0 && counts.out > 0 ? counts : undefined;
  };
  const { into, out } = await until(counted, {
    withinMs: 15_000,
    what: `the rules of ${node} to drop packets both ways`,
  });
  return `${node} does not answer at ${address}:${kubeletPort}; ${into} packets in and ${out} out were dropped`;
}
