/** The ways in: Services as they are, tried with a real query, since a port that accepts need not lead anywhere. */
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'pg';
import { SetupError } from '../../errors.ts';
import type { Endpoint } from '../../load/endpoint.ts';
import { labels, type Site } from '../cnpg/names.ts';
import type { Pod, Service } from '../cnpg/objects.ts';
import type { Found } from './discover.ts';
import type { Behind } from './faults/poolers.ts';

const tryWithinMs = 2_000;
const tryAgainMs = 500;
/** Just after a failover a pooler answers nobody until it tries its server again: after server_login_retry, 15 s by default. */
const answersWithinMs = 20_000;

/** Where a Service can be reached, and how. */
export interface Way {
  readonly host: string;
  readonly port: number;
  /** `ClusterIP of postgres-pooler`. */
  readonly by: string;
  readonly service: Service;
}
/** What all endpoints have in common. */
export type Login = Pick<Endpoint, 'database' | 'user' | 'password' | 'ca' | 'serverName'>;

/** The Services that lead to one thing, the most exact first: the Service that applications use, then narrower ones. */
export interface Wanted {
  readonly name: string;
  readonly services: readonly Service[];
}

/** Addresses of the nodes, those without an instance first: a fault on an instance's node would cut the way itself. */
export function nodeAddresses({ instances, poolers }: Pick<Found, 'instances' | 'poolers'>): string[] {
  const addresses = (pods: readonly Pod[]) => pods.flatMap(({ status }) => (status?.hostIP ? [status.hostIP] : []));
  const busy = addresses(instances);
  const free = addresses(poolers.flatMap(({ pods }) => pods)).filter((address) => !busy.includes(address));
  return [...new Set([...free, ...busy])];
}

/** Every address that a Service may be reached at, the most direct first. */
export function waysTo(service: Service, nodes: readonly string[]): Way[] {
  const { name } = service.metadata;
  const { clusterIP, ports = [] } = service.spec;
  const [port] = ports;
  if (!port) return [];
  const balancers = (service.status?.loadBalancer?.ingress ?? []).flatMap(({ ip, hostname }) => ip ?? hostname ?? []);
  return [
    ...(clusterIP && clusterIP !== 'None'
      ? [{ host: clusterIP, port: port.port, by: `the ClusterIP of ${name}`, service }]
      : []),
    ...balancers.map((host) => ({ host, port: port.port, by: `the load balancer of ${name}`, service })),
    ...(port.nodePort
      ? nodes.map((host) => ({ host, port: port.nodePort!, by: `the NodePort of ${name}`, service }))
      : []),
  ];
}

/** Which Services lead to the primary, to standbys, and to each Pooler. */
export function wantedServices(
  { services, poolers }: Pick<Found, 'services' | 'poolers'>,
  { cluster }: Site,
): Wanted[] {
  const ofRole = (role: string) =>
    services
      .filter(({ spec: { selector = {} } }) => selector[labels.cluster] === cluster && selector[labels.role] === role)
      .sort((a, b) => rank(a, 'Cluster', cluster) - rank(b, 'Cluster', cluster));
  const bySize = (name: string) => (a: Service, b: Service) =>
    Object.keys(a.spec.selector ?? {}).length - Object.keys(b.spec.selector ?? {}).length ||
    rank(a, 'Pooler', name) - rank(b, 'Pooler', name);
  return [
    { name: 'direct', services: ofRole('primary') },
    { name: 'readonly', services: ofRole('replica') },
    ...poolers.map(({ pooler }) => ({
      name: pooler.metadata.name,
      services: services
        .filter(({ spec }) => spec.selector?.[labels.pooler] === pooler.metadata.name)
        .sort(bySize(pooler.metadata.name)),
    })),
  ];
}

/** The Services that the operator made come before others with the same selector, which everybody may make who makes Services. */
const rank = ({ metadata }: Service, kind: string, name: string): number =>
  metadata.ownerReferences?.some((owner) => owner.kind === kind && owner.name === name) ? 0 : 1;

export interface FoundWays {
  readonly endpoints: readonly Endpoint[];
  /** For the report. */
  readonly path: string;
  /** The poolers' pods by the names that the journal has for them. */
  readonly poolers: ReadonlyMap<string, string>;
  /** What each way to a Pooler leads to, by its name in the journal. */
  readonly behind: ReadonlyMap<string, Behind>;
}

/**
 * Tries the ways in and takes the first that answers a query.
 * @throws SetupError where the primary or a Pooler cannot be reached from here in time; standbys may be out of reach
 */
export async function findWays(found: Found, site: Site, login: Login, withinMs = answersWithinMs): Promise<FoundWays> {
  const deadlineMs = performance.now() + withinMs;
  let tried = await tryWays(found, site, login);
  while (lackingOf(tried).length > 0 && performance.now() < deadlineMs) {
    await sleep(tryAgainMs);
    tried = await tryWays(found, site, login);
  }
  const lacking = lackingOf(tried);
  if (lacking.length > 0) throw new SetupError(noWay(lacking, withinMs));
  const [direct, readonly, ...poolers] = tried;
  const numbered = poolers
    .flatMap(({ name: pooler, ways }) => ways.map((way) => ({ pooler, way })))
    .map((one, i) => ({ name: `pooler-${i + 1}`, ...one }));
  const named = [
    { name: 'direct', way: direct!.ways[0]! },
    ...(readonly!.ways[0] ? [{ name: 'readonly', way: readonly!.ways[0] }] : []),
    ...numbered,
  ];
  return {
    poolers: podsBehind(found, numbered),
    behind: new Map(
      numbered.map(({ name, pooler, way }) => [name, { pooler, selector: way.service.spec.selector ?? {} }]),
    ),
    endpoints: named.map(({ name, way: { host, port } }) => ({ name, host, port, ...login })),
    path: `${named.map(({ name, way }) => `${name} by ${way.by} (${way.host}:${way.port})`).join(', ')}; ${login.ca ? 'TLS, checked against the cluster’s authority' : 'without TLS'}`,
  };
}

interface Tried {
  readonly name: string;
  readonly ways: readonly Way[];
}

/** What answers now: of the primary, of standbys, of each Pooler. */
const tryWays = (found: Found, site: Site, login: Login): Promise<Tried[]> => {
  const nodes = nodeAddresses(found);
  return Promise.all(
    wantedServices(found, site).map(async ({ name, services }) => {
      const [exact, narrower] = [services.filter(isWhole(services)), services.filter((one) => !isWhole(services)(one))];
      const whole = await firstThatAnswers(
        exact.flatMap((service) => waysTo(service, nodes)),
        login,
      );
      if (whole) return { name, ways: [whole] };
      const single = await Promise.all(narrower.map((service) => firstThatAnswers(waysTo(service, nodes), login)));
      return { name, ways: single.filter((way) => way !== undefined) };
    }),
  );
};

/** Names of what a drill cannot do without and that does not answer. */
const lackingOf = ([direct, , ...poolers]: readonly Tried[]): string[] =>
  [direct!, ...poolers].filter(({ ways }) => ways.length === 0).map(({ name }) => name);

/** A Service that leads to one pod gives it the name of its way; one that leads to several leaves them names of their own. */
function podsBehind(
  { poolers }: Found,
  ways: readonly { readonly name: string; readonly way: Way }[],
): ReadonlyMap<string, string> {
  const pods = poolers.flatMap((one) => one.pods);
  const behind = ({ service }: Way) =>
    pods.filter(({ metadata: { labels = {} } }) =>
      Object.entries(service.spec.selector ?? {}).every(([key, value]) => labels[key] === value),
    );
  const names = new Map<string, string>();
  for (const { name, way } of ways) {
    const alone = behind(way);
    for (const [i, { metadata }] of alone.entries())
      names.set(alone.length === 1 ? name : `${name}-pod-${i + 1}`, metadata.name);
  }
  return names;
}

const noWay = (names: readonly string[], withinMs: number): string =>
  `no Service of ${names.join(', ')} answers a query from here within ${withinMs / 1_000} s, neither by ClusterIP nor by load balancer or NodePort; run the drill inside the cluster (pgdrill manifests prints a CronJob), or expose them`;

/** A Service whose selector is as wide as the widest: it leads to every pod. */
const isWhole = (services: readonly Service[]) => {
  const sizes = services.map(({ spec }) => Object.keys(spec.selector ?? {}).length);
  return ({ spec }: Service) => Object.keys(spec.selector ?? {}).length === Math.min(...sizes);
};

async function firstThatAnswers(ways: readonly Way[], login: Login): Promise<Way | undefined> {
  const open = await Promise.all(ways.map(accepts));
  for (const way of ways.filter((_, i) => open[i])) if (await answers(way, login)) return way;
  return undefined;
}

const accepts = ({ host, port }: Way): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect({ host, port });
    const end = (accepted: boolean) => {
      socket.destroy();
      resolve(accepted);
    };
    socket.setTimeout(tryWithinMs, () => end(false));
    socket.once('connect', () => end(true)).once('error', () => end(false));
  });

/** @throws SetupError where the way is right and the login is refused: another way would not be better */
async function answers({ host, port, by }: Way, { ca, serverName, ...login }: Login): Promise<boolean> {
  const ssl = ca ? { ca, ...(serverName && { servername: serverName }) } : false;
  const client = new Client({
    host,
    port,
    ...login,
    ssl,
    connectionTimeoutMillis: tryWithinMs,
    query_timeout: tryWithinMs,
  });
  client.on('error', () => {});
  try {
    await client.connect();
    await client.query('select 1');
    return true;
  } catch (error) {
    const { code, message } = error as Error & { code?: string };
    if (code === '28P01' || code === '3D000' || code === '28000')
      throw new SetupError(`the role ${login.user} cannot log in to ${login.database} by ${by}: ${message}`);
    return false;
  } finally {
    await client.end().catch(() => {});
  }
}
