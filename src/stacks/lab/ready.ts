/** What "ready" means for a lab, one condition after another, each with a deadline and a reason when it is missed. */

import { until } from '../../wait.ts';
import { etcdSocket } from './config/etcd.ts';
import { haproxySocket, proxies } from './config/haproxy.ts';
import { etcdPrefix } from './config/places.ts';
import { putKey } from './control/etcd.ts';
import { backendServers, isUp } from './control/haproxy.ts';
import { connectPostgres, connectThroughPooler } from './control/postgres.ts';
import { insideHost } from './hosts/host.ts';
import { hostId, type Lab, poolerHosts } from './lab.ts';
import { leaderName, patroniKey, syncStandbys } from './patroni-keys.ts';
import type { HostPlan } from './plan.ts';
import { together } from './together.ts';

/** Runs `ask` until it succeeds, remembering why it did not for the message of the deadline. */
export async function untilWorks<T>(
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

/** Waits for etcd's quorum and writes the cluster's configuration and identity into it, as `bootstrap` would. */
export async function seedEtcd(lab: Lab, config: unknown, systemId: string, signal: AbortSignal): Promise<void> {
  await untilWorks('etcd to have a quorum', 30_000, signal, async () => {
    const socket = await insideHost(hostId(lab.state, 'etcd1'), etcdSocket);
    await putKey(socket, `${etcdPrefix}config`, JSON.stringify(config), signal);
    // With this key the data directories that were laid out are taken for the cluster's own.
    await putKey(socket, `${etcdPrefix}initialize`, systemId, signal);
    return true;
  });
}

/** Waits until a primary is elected and every other instance streams from it, synchronously where that is promised. */
export async function clusterReady(lab: Lab, signal: AbortSignal): Promise<string> {
  using _nudging = nudge(lab);
  const leader = await untilWorks('Patroni to elect a primary', 60_000, signal, () => leaderName(lab.state));
  const standbys = lab.topology.instances - 1;
  await untilWorks(`${standbys} standbys to stream from ${leader}`, 60_000, signal, async () => {
    const streaming = await countStreaming(lab, leader);
    if (streaming < standbys) throw new Error(`${streaming} stream`);
    return true;
  });
  if (standbys > 0 && lab.topology.durability !== 'asynchronous')
    await untilWorks('Patroni to declare a synchronous standby', 30_000, signal, async () => {
      // Until it stands in etcd no standby may take over, whatever PostgreSQL says of who is synchronous.
      if ((await syncStandbys(lab.state)).length === 0) throw new Error('none is declared');
      return true;
    });
  return leader;
}

/**
 * Until it is disposed of, makes every Patroni look again once a second instead of every `loop_wait`: each watches the
 * key of the cluster's configuration, and a blank more at its end changes the key but not the configuration.
 */
function nudge(lab: Lab): Disposable {
  let blank = false;
  const timer = setInterval(async () => {
    const config = (await patroniKey(lab.state, 'config').catch(() => undefined))?.trimEnd();
    const socket = await insideHost(hostId(lab.state, 'etcd1'), etcdSocket).catch(() => undefined);
    blank = !blank;
    if (config && socket) await putKey(socket, `${etcdPrefix}config`, blank ? `${config} ` : config).catch(() => {});
  }, 1_000);
  return { [Symbol.dispose]: () => clearInterval(timer) };
}

async function countStreaming(lab: Lab, leader: string): Promise<number> {
  const client = await connectPostgres(hostId(lab.state, leader), 'postgres');
  try {
    const { rows } = await client.query<{ streaming: number }>(
      `select count(*)::int as streaming from pg_stat_replication where state = 'streaming' and not pg_is_in_recovery()`,
    );
    return rows[0]!.streaming;
  } finally {
    await client.end();
  }
}

/**
 * Waits until HAProxy sends writes to the primary, and then until each pooler answers through it. In this order, for a
 * pooler that is asked too early remembers the failure as long as its server_login_retry says.
 */
export async function pathsReady(lab: Lab, leader: string, signal: AbortSignal): Promise<void> {
  // A server is used only after `rise` good checks, and those may have been asked to be rare.
  const { haproxy_rise: rise, haproxy_inter: interMs } = lab.chosen;
  const withinMs = 30_000 + Number(rise) * Number(interMs);
  await untilWorks(`HAProxy to route to ${leader} and to the standbys`, withinMs, signal, async () => {
    const servers = await backendServers(await insideHost(hostId(lab.state, 'haproxy'), haproxySocket));
    const up = (proxy: string) =>
      servers.filter((server) => server.proxy === proxy && isUp(server)).map(({ server }) => server);
    const writes = up(proxies.readWrite);
    if (writes.length !== 1 || writes[0] !== leader) throw new Error(`writes go to ${writes.join(', ') || 'nobody'}`);
    const reads = up(proxies.readOnly).length;
    if (reads < lab.topology.instances - 1) throw new Error(`${reads} standbys are routed to`);
    return true;
  });
  const answers =
    ({ name }: HostPlan) =>
    (either: AbortSignal) =>
      poolerReady(lab, name, either);
  await together(signal, poolerHosts(lab.state).map(answers));
}

const poolerReady = (lab: Lab, name: string, signal: AbortSignal): Promise<boolean> =>
  untilWorks(`${name} to answer a query`, 25_000 + 1_000 * Number(lab.chosen.server_login_retry), signal, async () => {
    const client = await connectThroughPooler(hostId(lab.state, name), lab.secrets);
    try {
      await client.query('select 1');
      return true;
    } finally {
      await client.end();
    }
  });
