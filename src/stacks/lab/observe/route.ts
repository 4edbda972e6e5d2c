/** The observer `route`: to whom HAProxy sends writes, looked at every 100 ms. */

import { repeat, type Sink } from '../../observe/observer.ts';
import { haproxySocket, proxies } from '../config/haproxy.ts';
import { backendServers, isUp } from '../control/haproxy.ts';
import { insideHost } from '../hosts/host.ts';
import { hostId } from '../lab.ts';
import type { LabState } from '../state.ts';

export function watchRoute(state: LabState, sink: Sink): AsyncDisposable {
  let routed = new Set<string>();
  let lastNs: bigint | undefined;
  return repeat(async () => {
    const beganNs = process.hrtime.bigint();
    const now = await routedNow(state);
    // HAProxy itself is down: what it last did is still all that is known of it.
    if (!now) return;
    const atNs = process.hrtime.bigint();
    const after = lastNs === undefined ? {} : { afterNs: lastNs };
    const report = (instance: string, role: 'routed' | 'unrouted') =>
      sink({ kind: 'role', observer: 'route', instance, role, ...after }, atNs);
    for (const name of routed) if (!now.has(name)) report(name, 'unrouted');
    for (const name of now) if (!routed.has(name)) report(name, 'routed');
    routed = now;
    lastNs = beganNs;
  });
}

async function routedNow(state: LabState): Promise<Set<string> | undefined> {
  try {
    const servers = await backendServers(await insideHost(hostId(state, 'haproxy'), haproxySocket));
    return new Set(
      servers.filter((server) => server.proxy === proxies.readWrite && isUp(server)).map(({ server }) => server),
    );
  } catch {
    return undefined;
  }
}
