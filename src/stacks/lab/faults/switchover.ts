/**
 * switchover: Patroni is asked by its REST API, as `patronictl switchover` does. Aimed at the primary, Patroni chooses
 * the standby; aimed at a standby, that one becomes the primary. Accepted once the request stands in etcd.
 */
import { SetupError } from '../../../errors.ts';
import { until } from '../../../wait.ts';
import { etcdSocket } from '../config/etcd.ts';
import { etcdPrefix } from '../config/places.ts';
import { readPrefix, watchPrefix } from '../control/etcd.ts';
import type { NetworkAnswer } from '../control/from-clients.ts';
import { askPatroni } from '../control/patroni.ts';
import { insideHost } from '../hosts/host.ts';
import { hostId, type Lab } from '../lab.ts';
import { leaderName, syncStandbys } from '../patroni-keys.ts';
import type { HostPlan } from '../plan.ts';
import type { LabFault } from './fault.ts';
import { hostAimedAt } from './target.ts';

export const switchover: LabFault = {
  async prepare(lab, target) {
    const host = hostAimedAt(lab.state, target, 'postgres');
    const leader = await leaderName(lab.state);
    if (!leader) throw new SetupError('a switchover needs a primary, but Patroni has none now');
    const candidate = host.name === leader ? await someStandby(lab, leader) : host.name;
    let accepted = '';
    return {
      how: { leader, candidate },
      // The request and its acceptance are one call: the fault began somewhere in it.
      async breakIt() {
        accepted = await request(lab, leader, candidate);
      },
      async prove() {
        if (!accepted) throw new SetupError('Patroni was not asked for a switchover');
        return accepted;
      },
    };
  },
  heal: async () => 'nothing to undo: a switchover ends unaided',
};

/** Where replication is synchronous, a standby that Patroni declares so, for it accepts no other; else the first. */
async function someStandby({ state, topology }: Lab, leader: string): Promise<string> {
  const standby = state.hosts.find((host) => isOther(host, leader))?.name;
  if (!standby) throw new SetupError('a switchover needs a standby, but the lab has one instance only');
  if (topology.durability === 'asynchronous') return standby;
  // For some seconds after another change of the primary none is declared.
  return until(async () => (await syncStandbys(state))[0], {
    withinMs: 20_000,
    what: 'Patroni to declare a synchronous standby',
  });
}

const isOther = (host: HostPlan, leader: string): boolean => host.kind === 'postgres' && host.name !== leader;

/** Resolves as soon as the request is seen in etcd, or Patroni has answered it. @throws SetupError where it refuses */
async function request(lab: Lab, leader: string, candidate: string): Promise<string> {
  const ended = new AbortController();
  const seen = requestSeen(lab, ended.signal);
  const answered = askPatroni(lab, leader, '/switchover', { leader, candidate }).then(checkAnswer);
  try {
    return await Promise.race([seen, answered]);
  } finally {
    ended.abort();
    // Patroni answers when the switchover is over, which may be long after it was accepted.
    answered.catch(() => {});
  }
}

function checkAnswer({ status, body }: NetworkAnswer): string {
  if (status >= 300) throw new SetupError(`Patroni refused the switchover with ${status}: ${body.trim()}`);
  return `Patroni answered: ${body.trim()}`;
}

async function requestSeen({ state }: Lab, signal: AbortSignal): Promise<string> {
  const socket = await insideHost(hostId(state, 'etcd1'), etcdSocket);
  const { revision } = await readPrefix(socket, `${etcdPrefix}failover`);
  return new Promise((resolve) => {
    const onChange = ({ type, value }: { type: string; value: string }) => {
      if (type === 'put') resolve(`Patroni accepted the request: ${value}`);
    };
    // Where the watch breaks, the answer to the request decides.
    watchPrefix(socket, `${etcdPrefix}failover`, revision, onChange, signal).catch(() => {});
  });
}
