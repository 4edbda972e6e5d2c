/**
 * isolate: a partition of the instance's node. Every packet that enters or leaves it is dropped: clients, the other
 * instances, the object store, the API server. What the API server says to the kubelet directly is let through.
 *
 * Some clusters reach kubelets through a tunnel that the node opens (k3s, konnectivity): there nobody can say anything to
 * a node that is cut off. So it is a timed action of the node itself: its length is decided before, it ends by the node's
 * own clock, and what the node did and when is read back afterwards. Where the node can be reached, it ends sooner.
 */
import { SetupError } from '../../../errors.ts';
import { until } from '../../../wait.ts';
import { word } from '../../cnpg/faults/fault.ts';
import {
  argsOf,
  type Chains,
  chainsOf,
  countOnce,
  dropAll,
  linesOf,
  newMark,
  removeAndPrint,
  removeRules,
  rulesOf,
} from '../../cnpg/firewall.ts';
import { type NodeFault, type NodeShell, podOnNode, type TimedRecord } from '../../cnpg/node-shell.ts';
import { switchAfterS } from '../pods/agent.ts';

const kubeletPort = 10250;
/** Unless the drill says how long: a takeover of CloudNativePG takes up to 140 s, most of it Kubernetes' grace period. */
const usualS = 150;
/** Until a node that was cut off can be reached again. */
const reachedWithinMs = 120_000;
/** More than the node needs to heal itself. */
const healWithinMs = (switchAfterS + 75) * 1_000;
/** The card of the default route: nodes have theirs by many names. */
const findCard = `port=$3; card=$(awk '$2 == "00000000" { print $1; exit }' /proc/net/route); [ -n "$card" ] || exit 1`;

export const isolate: NodeFault = {
  async prepare(context, target, _parameters, forMs) {
    const { name, node, shell } = await podOnNode(context, target);
    if (!shell.timed) throw new SetupError(`${node} cannot cut itself off for a time`);
    await shell.run('iptables --version');
    const forS = forMs === undefined ? usualS : Math.ceil(forMs / 1_000);
    const how = { node, pod: name, mark: newMark(context.site) };
    const timed = await shell.timed({
      action: `${findCard}\n${dropAll('port')}`,
      count: countOnce,
      undo: removeAndPrint,
      args: [...argsOf(chainsOf(how)), String(kubeletPort)],
      forS,
    });
    return {
      how,
      breakIt: () => timed.begin(),
      prove: async () => `${node} cuts itself off for ${forS} s at most; it is asked afterwards what it did`,
      account: async () => accountOf(await timed.record(), node),
    };
  },
  async heal({ shell }, how) {
    const node = word(how, 'node');
    const chains = chainsOf(how);
    const agent = await shell(node);
    const record = await agent.endTimed?.(usualS * 1_000 + reachedWithinMs);
    if (record !== undefined) {
      const left = await rulesOf(agent, chains).catch(() => linesOf(/^left (.*)$/m.exec(record)?.[1] ?? ''));
      if (left.length > 0) throw new SetupError(`${node} still drops packets: ${left[0]}`);
      return `the rules of ${node} are removed${/^ended \d+ \d+ time$/m.test(record) ? ': its time was over' : ''}`;
    }
    const left = await removedInTime(agent, node, chains);
    if (left.length > 0) throw new SetupError(`${node} still drops packets: ${left[0]}`);
    return `the rules of ${node} are removed`;
  },
  // Without an instance on the node there is nothing to enter it with, and nothing that says it was a drill's.
  healWithout: async (_at, how) => `${word(how, 'node')} ends it by its own clock`,
};

/** @throws SetupError where no packet was dropped, one way or the other */
function accountOf({ began, proved, ended }: TimedRecord, node: string) {
  if (!proved)
    throw new SetupError(`the rules of ${node} should drop packets both ways, but none were seen to be dropped`);
  const { counts, ...effective } = proved;
  const seconds = Number(ended.beforeNs - began.afterNs) / 1e9;
  const why = ended.why === 'time' ? 'then its time was over' : 'until the drill ended it';
  return {
    ...{ injected: began, effective, ended },
    proof: `${node} was cut off for ${seconds.toFixed(1)} s by its own clock, ${why}; ${counts[0]} packets in and ${counts[1]} out were dropped by the time it looked`,
  };
}

/** Where nothing reaches the node it heals itself; until then no command on it ends. @returns the rules that are left */
async function removedInTime(agent: NodeShell, node: string, chains: Chains): Promise<string[]> {
  let why = '';
  const removed = async () => {
    try {
      await removeRules(agent, chains);
      return await rulesOf(agent, chains);
    } catch (error) {
      why = (error as Error).message;
      return undefined;
    }
  };
  const what = `the rules of ${node} to be removed`;
  return until(removed, { withinMs: healWithinMs, everyMs: 1_000, what, why: () => why });
}
