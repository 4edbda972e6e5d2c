/** What each client program of a run is given. Pure. */
import { UsageError } from '../../errors.ts';
import { firstWorkerOf } from '../../journal/clients/lines.ts';
import type { ClientUse } from '../../scenario/client-use.ts';
import type { Endpoint } from '../endpoint.ts';
import { type ClientPlan, type PathPlan, protocolVersion, writeSql } from './protocol.ts';

/** Where the programs of a run can connect to. */
interface Reachable {
  /** `direct`, and one for each pooler; others are not used. */
  readonly endpoints: readonly Endpoint[];
  /** Every instance's own address, the primary's first; empty where clients cannot reach them. */
  readonly hosts: readonly Endpoint[];
  /** The address that follows the primary late; absent where no client takes it. */
  readonly late?: Endpoint | undefined;
}
export interface PlanInput extends Reachable {
  readonly uses: readonly ClientUse[];
  readonly originNs: bigint;
  readonly seed: number;
  readonly giveUpMs: number;
}

/** @throws UsageError for a path that the stack does not have */
export function clientPlans({ uses, endpoints, hosts, late, originNs, seed, giveUpMs }: PlanInput): ClientPlan[] {
  const poolers = endpoints.filter(({ name }) => name !== 'direct' && name !== 'readonly');
  const direct = endpoints.find(({ name }) => name === 'direct');
  const all: Record<string, PathPlan> = Object.fromEntries([
    ...poolers.map((one) => [one.name, pathOf([one])]),
    ...(direct ? [['direct', pathOf([direct])]] : []),
    ...(hosts.length > 0
      ? [
          ['hosts', pathOf(hosts)],
          ['fixed', pathOf(hosts.slice(0, 1))],
        ]
      : []),
    ...(late ? [['late', pathOf([late])]] : []),
  ]);
  let pooled = 0;
  return uses.map(({ name, path: wanted, workers, ratePerSecond, settings }, program) => {
    // Programs behind poolers take turns, so that each pooler has some.
    const path = wanted === 'pooler' ? poolers[pooled++ % Math.max(1, poolers.length)]?.name : wanted;
    if (path === undefined || !Object.hasOwn(all, path))
      throw new UsageError(
        `the client ${name} connects by ${wanted}, which this stack does not offer; it offers ${Object.keys(all).join(', ')}`,
      );
    return {
      ...{ protocol: protocolVersion, name, originNs: String(originNs), path, paths: all },
      ...{ firstWorker: firstWorkerOf(program), workers, ratePerSecond },
      ...{ seed: seed + program, giveUpMs, settings, sql: writeSql },
    };
  });
}

function pathOf(endpoints: readonly Endpoint[]): PathPlan {
  const { database, user, password, ca } = endpoints[0]!;
  const hosts = endpoints.map(({ host, port }) => ({ host, port }));
  const list = hosts.map(({ host, port }) => `${host.includes(':') ? `[${host}]` : host}:${port}`).join(',');
  const account = `${encodeURIComponent(user)}:${encodeURIComponent(password)}`;
  const url = `postgresql://${account}@${list}/${encodeURIComponent(database)}${ca === undefined ? '' : '?sslmode=require'}`;
  return { url, hosts, database, user, password, ...(ca !== undefined && { ca }) };
}
