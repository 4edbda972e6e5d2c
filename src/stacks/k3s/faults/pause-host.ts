/**
 * pause-host: the node stands still, as a virtual machine that is paused. Its packets are dropped first, for a kernel that
 * does not run acknowledges none; then its container, with every pod in it, is frozen (`docker pause`).
 */
import { SetupError } from '../../../errors.ts';
import { word } from '../../cnpg/faults/fault.ts';
import { argsOf, chainsOf, dropAll, newMark, removeAllRules } from '../../cnpg/firewall.ts';
import { podOnNode } from '../../cnpg/node-shell.ts';
import { docker, nodeContainer } from '../docker.ts';
import type { K3sFault } from './context.ts';
import { addressOf, demandSilence } from './node-address.ts';

export const pauseHost: K3sFault = {
  async prepare(context, target) {
    const { node, shell } = await podOnNode(context, target);
    const container = await nodeContainer(context.id, node);
    const address = await addressOf(container);
    const how = { node, pod: target.name, mark: newMark(context.site) };
    return {
      how,
      breakIt: async () => {
        await shell.run(`card=eth0\n${dropAll()}`, argsOf(chainsOf(how)));
        await (await docker()).container.getById(container).pause();
      },
      prove: async () => {
        if (!(await isPaused(container))) throw new SetupError(`${node} should stand still, but its container runs`);
        await demandSilence(node, address);
        return `the container of ${node} is frozen, ${address} does not answer`;
      },
    };
  },

  async heal({ id, shell }, how) {
    const node = word(how, 'node');
    const container = await nodeContainer(id, node);
    if (await isPaused(container)) await (await docker()).container.getById(container).unpause();
    await removeAllRules(await shell(node), chainsOf(how), node);
    return `${node} goes on, and its packets pass`;
  },
};

async function isPaused(container: string): Promise<boolean> {
  const { container: client } = await docker();
  const { State } = await client.inspect(client.getById(container));
  return State.Paused;
}
