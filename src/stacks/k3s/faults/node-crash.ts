/**
 * node-crash: the node goes dark. Its network first, so that no dying socket says good-bye; then its container is killed
 * with everything in it.
 */
import { SetupError } from '../../../errors.ts';
import { until } from '../../../wait.ts';
import { word } from '../../cnpg/faults/fault.ts';
import { argsOf, chainsOf, dropAll, newMark, removeRules } from '../../cnpg/firewall.ts';
import { podOnNode } from '../../cnpg/node-shell.ts';
import { type KubeNode, nodeKind, refTo } from '../../cnpg/objects.ts';
import { tryTcp } from '../../tcp.ts';
import { docker, nodeContainer } from '../docker.ts';
import type { K3sFault } from './context.ts';
import { addressOf, demandSilence, kubeletPort } from './node-address.ts';

const upWithinMs = 180_000;

export const nodeCrash: K3sFault = {
  async prepare(context, target) {
    const { node, shell } = await podOnNode(context, target);
    const container = await nodeContainer(context.id, node);
    const address = await addressOf(container);
    const how = { node, pod: target.name, mark: newMark(context.site) };
    return {
      how,
      breakIt: async () => {
        await shell.run(`card=eth0\n${dropAll()}`, argsOf(chainsOf(how)));
        await (await docker()).container.getById(container).kill();
      },
      prove: async () => {
        const { container: client } = await docker();
        const { State } = await client.inspect(client.getById(container));
        if (State.Running) throw new SetupError(`${node} should be dead, but its container runs`);
        await demandSilence(node, address);
        return `the container of ${node} is dead, ${address} does not answer`;
      },
    };
  },
  // The rules are in its network namespace and die with it; a container that was not killed still has them.
  async heal({ id, kube, shell }, how) {
    const node = word(how, 'node');
    const container = await nodeContainer(id, node);
    const { container: client } = await docker();
    const { State } = await client.inspect(client.getById(container));
    if (State.Running) await removeRules(await shell(node), chainsOf(how));
    else await client.getById(container).start();
    const address = await addressOf(container);
    const ready = async () => {
      // Its condition is that of before the crash for up to 40 s; its kubelet's port is not.
      if ((await tryTcp(address, kubeletPort, 500)) !== 'connected') return undefined;
      const found = await kube.read<KubeNode>(refTo(nodeKind, node)).catch(() => undefined);
      return found?.status?.conditions?.some(({ type, status }) => type === 'Ready' && status === 'True')
        ? true
        : undefined;
    };
    await until(ready, { withinMs: upWithinMs, everyMs: 500, what: `${node} to be Ready again` });
    return `${node} is started again and Ready`;
  },
};
