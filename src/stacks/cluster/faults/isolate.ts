/**
 * isolate: a partition of the instance's node. Every packet that enters or leaves it is dropped: clients, the other
 * instances, the object store, the API server. What the API server says to the kubelet is let through, since the drill
 * heals by that way; the node itself removes the rules when the harness stops reporting.
 */
import { SetupError } from '../../../errors.ts';
import { until } from '../../../wait.ts';
import { word } from '../../cnpg/faults/fault.ts';
import { countBoth, dropAll, linesOf, removeAndPrint, removeRules, rulesOf } from '../../cnpg/firewall.ts';
import { type NodeFault, type NodeShell, podOnNode } from '../../cnpg/node-shell.ts';
import { switchAfterS } from '../pods/agent.ts';

const kubeletPort = 10250;
/** More than the node needs to heal itself. */
const healWithinMs = (switchAfterS + 75) * 1_000;
/** The card of the default route: nodes have theirs by many names. */
const findCard = `card=$(awk '$2 == "00000000" { print $1; exit }' /proc/net/route); [ -n "$card" ] || exit 1`;

export const isolate: NodeFault = {
  async prepare(context, target) {
    const { name, node, shell } = await podOnNode(context, target);
    await shell.run('iptables --version');
    await shell.guard?.(removeAndPrint);
    // Looked for on the same connection: a node that is cut off lets no new one be authorized.
    const setup = `set -e; port=$1\n${findCard}`;
    const armed = await shell.arm({ setup, action: dropAll('port'), check: countBoth, args: [String(kubeletPort)] });
    return {
      how: { node, pod: name },
      breakIt: () => armed.fire(),
      prove: async () => {
        const [into, out] = (await armed.checked()).split(' ').map(Number);
        if (!into || !out)
          throw new SetupError(
            `the rules of ${node} should drop packets both ways, but dropped ${into} in, ${out} out`,
          );
        return `${node} is cut off: ${into} packets in and ${out} out were dropped`;
      },
    };
  },
  async heal({ shell }, how) {
    const node = word(how, 'node');
    const agent = await shell(node);
    const printed = await agent.undo?.();
    const left = printed === undefined ? await removedInTime(agent, node) : linesOf(printed);
    if (left.length > 0) throw new SetupError(`${node} still drops packets: ${left[0]}`);
    return `the rules of ${node} are removed`;
  },
};

/** Where nothing reaches the node it heals itself; until then no command on it ends. @returns the rules that are left */
async function removedInTime(agent: NodeShell, node: string): Promise<string[]> {
  let why = '';
  const removed = async () => {
    try {
      await removeRules(agent);
      return await rulesOf(agent);
    } catch (error) {
      why = (error as Error).message;
      return undefined;
    }
  };
  const what = `the rules of ${node} to be removed`;
  return until(removed, { withinMs: healWithinMs, everyMs: 1_000, what, why: () => why });
}
