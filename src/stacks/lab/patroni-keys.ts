/** What Patroni wrote into etcd, read from whichever member answers. */
import { etcdSocket } from './config/etcd.ts';
import { etcdPrefix } from './config/places.ts';
import { type KeyValue, readPrefix } from './control/etcd.ts';
import { insideHost } from './hosts/host.ts';
import { etcdHosts, hostId } from './lab.ts';
import type { LabState } from './state.ts';

/** All of Patroni's keys, without their common prefix. @throws Error where no member of etcd answers */
export async function patroniKeys(state: LabState): Promise<KeyValue[]> {
  let trouble: unknown;
  for (const { name } of etcdHosts(state)) {
    try {
      const { pairs } = await readPrefix(await insideHost(hostId(state, name), etcdSocket), etcdPrefix);
      return pairs.map(({ key, value }) => ({ key: key.slice(etcdPrefix.length), value }));
    } catch (error) {
      // This member is down or has no quorum: the next may answer.
      trouble = error;
    }
  }
  throw trouble;
}

/** The value of one key, or undefined where it is not set. */
export async function patroniKey(state: LabState, key: string): Promise<string | undefined> {
  return (await patroniKeys(state)).find((pair) => pair.key === key)?.value;
}

/** The instance that holds the leader's key; undefined while nobody does. */
export const leaderName = (state: LabState): Promise<string | undefined> => patroniKey(state, 'leader');

/** The standbys that may take over without loss, as Patroni declares them; empty where replication is asynchronous. */
export async function syncStandbys(state: LabState): Promise<string[]> {
  const { sync_standby: names } = JSON.parse((await patroniKey(state, 'sync')) ?? '{}') as {
    sync_standby?: string | null;
  };
  return names ? names.split(',') : [];
}
