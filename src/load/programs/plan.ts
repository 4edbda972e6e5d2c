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
  /** Where the endpoints' authority is kept for programs to read; without it no endpoint may speak TLS. */
  readonly caFile?: string | undefined;
}

/** @throws UsageError for a path that the stack does not have */
export function clientPlans({
  uses,
  endpoints,
  hosts,
  late,
  caFile,
  originNs,
  seed,
  giveUpMs,
}: PlanInput): ClientPlan[] {
  const poolers = endpoints.filter(({ name }) => name !== 'direct' && name !== 'readonly');
  const direct = endpoints.find(({ name }) => name === 'direct');
  const pathOf = (some: readonly Endpoint[]): PathPlan => pathTo(some, caFile);
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

function pathTo(endpoints: readonly Endpoint[], caFile: string | undefined): PathPlan {
  const { database, user, password, ca, serverName } = endpoints[0]!;
  const hosts = endpoints.map(({ host, port }) => ({ host, port }));
  const account = `${encodeURIComponent(user)}:${encodeURIComponent(password)}`;
  const to = (list: string): string => `postgresql://${account}@${list}/${encodeURIComponent(database)}`;
  const at = (host: string, port: number): string => `${host.includes(':') ? `[${host}]` : host}:${port}`;
  const where = { hosts, database, user, password };
  if (ca === undefined) return { url: to(hosts.map(({ host, port }) => at(host, port)).join(',')), ...where };
  if (caFile === undefined) throw new Error('client programs need the authority of TLS servers in a file');
  const isNamed = serverName !== undefined && hosts.some(({ host }) => host !== serverName);
  const list = hosts.map(({ host, port }) => at(isNamed ? serverName : host, port)).join(',');
  const addresses = isNamed ? `&hostaddr=${hosts.map(({ host }) => host).join(',')}` : '';
  const url = `${to(list)}?sslmode=verify-full&sslrootcert=${encodeURIComponent(caFile)}${addresses}`;
  return { url, ...where, ca, caFile, sslmode: 'verify-full', ...(isNamed && { serverName }) };
}
