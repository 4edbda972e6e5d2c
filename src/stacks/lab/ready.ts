/** What "ready" means for a lab, one condition after another, each with a deadline and a reason when it is missed. */
import type { Durability } from '../../scenario.ts';
import { etcdSocket } from './config/etcd.ts';
import { haproxySocket, proxies } from './config/haproxy.ts';
import { etcdPrefix } from './config/patroni.ts';
import { putKey, readPrefix } from './control/etcd.ts';
import { backendServers, isUp } from './control/haproxy.ts';
import { connectPostgres, connectThroughPooler } from './control/postgres.ts';
import { insideHost } from './host.ts';
import { etcdHosts, hostId, type Lab, poolerHosts } from './lab.ts';
import type { LabState } from './state.ts';
import { until } from './wait.ts';

/** Runs `ask` until it succeeds, remembering why it did not for the message of the deadline. */
async function untilWorks<T>(
  what: string,
  withinMs: number,
  signal: AbortSignal,
  ask: () => Promise<T | undefined>,
): Promise<T> {
  let why = 'nothing answered';
  const attempt = async (): Promise<T | undefined> => {
    try {
      return await ask();
    } catch (error) {
      why = error instanceof Error ? error.message : String(error);
      return undefined;
    }
  };
  return until(attempt, { withinMs, everyMs: 100, what, signal, why: () => why });
}

/** Waits for etcd's quorum and tells it the cluster's configuration and identity, as `bootstrap` would. */
export async function seedEtcd(lab: Lab, config: unknown, systemId: string, signal: AbortSignal): Promise<void> {
  await untilWorks('etcd to have a quorum', 30_000, signal, async () => {
    const socket = await insideHost(hostId(lab.state, 'etcd1'), etcdSocket);
    await putKey(socket, `${etcdPrefix}config`, JSON.stringify(config), signal);
    // With this key the data directories that were laid out are taken for the cluster's own.
    await putKey(socket, `${etcdPrefix}initialize`, systemId, signal);
    return true;
  });
}

/** The name of the instance that holds the leader's key; undefined while nobody does. */
export async function leaderName(state: LabState): Promise<string | undefined> {
  for (const { name } of etcdHosts(state)) {
    try {
      const { pairs } = await readPrefix(await insideHost(hostId(state, name), etcdSocket), `${etcdPrefix}leader`);
      return pairs.find(({ key }) => key === `${etcdPrefix}leader`)?.value;
    } catch {
      // This member is down or has no quorum: the next may know.
    }
  }
  return undefined;
}

/** Waits until a primary is elected and every other instance streams from it, synchronously where that is promised. */
export async function clusterReady(lab: Lab, signal: AbortSignal): Promise<string> {
  const leader = await untilWorks('Patroni to elect a primary', 60_000, signal, () => leaderName(lab.state));
  const standbys = lab.topology.instances - 1;
  const wanted = standbys > 0 && isSynchronous(lab.topology.durability);
  await untilWorks(`${standbys} standbys to stream from ${leader}`, 60_000, signal, async () => {
    const client = await connectPostgres(hostId(lab.state, leader), 'postgres');
    try {
      const { rows } = await client.query(
        `select count(*)::int as streaming, count(*) filter (where sync_state in ('sync', 'quorum'))::int as sync
         from pg_stat_replication where state = 'streaming' and not pg_is_in_recovery()`,
      );
      const { streaming, sync } = rows[0] as { streaming: number; sync: number };
      if (streaming >= standbys && (!wanted || sync > 0)) return true;
      throw new Error(`${streaming} stream, ${sync} of them synchronously`);
    } finally {
      await client.end();
    }
  });
  return leader;
}

export const isSynchronous = (durability: Durability): boolean => durability !== 'asynchronous';

/**
 * Waits until HAProxy sends writes to the primary, and then until each pooler answers through it. In this order, for a
 * pooler that is asked too early remembers the failure as long as its server_login_retry says.
 */
export async function pathsReady(lab: Lab, leader: string, signal: AbortSignal): Promise<void> {
  await untilWorks(`HAProxy to route to ${leader} and to the standbys`, 30_000, signal, async () => {
    const servers = await backendServers(await insideHost(hostId(lab.state, 'haproxy'), haproxySocket));
    const up = (proxy: string) =>
      servers.filter((server) => server.proxy === proxy && isUp(server)).map(({ server }) => server);
    const writes = up(proxies.readWrite);
    if (writes.length !== 1 || writes[0] !== leader) throw new Error(`writes go to ${writes.join(', ') || 'nobody'}`);
    const reads = up(proxies.readOnly).length;
    if (reads < lab.topology.instances - 1) throw new Error(`${reads} standbys are routed to`);
    return true;
  });
  await Promise.all(poolerHosts(lab.state).map(({ name }) => poolerReady(lab, name, signal)));
}

const poolerReady = (lab: Lab, name: string, signal: AbortSignal): Promise<boolean> =>
  untilWorks(`${name} to answer a query`, 40_000, signal, async () => {
    const client = await connectThroughPooler(hostId(lab.state, name), lab.secrets);
    try {
      await client.query('select 1');
      return true;
    } finally {
      await client.end();
    }
  });
