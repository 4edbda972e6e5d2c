/**
 * operator-down: a member of etcd, which Patroni decides by, dies. Named, that member; else the leader of the consensus,
 * whose loss costs an election. Two of three are left: no failover may follow from it.
 */
import type { Target } from '../../../faults/target.ts';
import { etcdSocket } from '../config/etcd.ts';
import { etcdLeader } from '../control/etcd.ts';
import { insideHost } from '../hosts/host.ts';
import { etcdHosts, hostId } from '../lab.ts';
import type { LabState } from '../state.ts';
import type { LabFault } from './fault.ts';
import { prepareKill, startAgain } from './host-down.ts';
import { hostAimedAt } from './target.ts';

export const operatorDown: LabFault = {
  async prepare({ state }, target) {
    const host = hostAimedAt(state, { name: await memberAimedAt(state, target) }, 'etcd');
    return prepareKill(state, host);
  },
  heal: startAgain,
};

/** Scenarios that run on every stack say `operator`, for they cannot know the members' names. */
async function memberAimedAt(state: LabState, target: Target): Promise<string> {
  if (target.name !== 'operator') return target.name;
  const first = etcdHosts(state)[0]!.name;
  return (await etcdLeader(await insideHost(hostId(state, first), etcdSocket))) ?? first;
}
