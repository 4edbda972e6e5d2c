/** How many connections the poolers of a Cluster open, and how many it has for them. */
import { textOf } from '../text/nodes.ts';
import { type HostUse, usesOfHost } from './endpoints.ts';
import type { Inventory } from './inventory.ts';
import { enoughUsers, isUnused, parameterOf, poolerInstances } from './pooler.ts';
import type { Resource } from './resource.ts';
import { type Setting, settingsOf } from './settings.ts';
import { statementsOf } from './sql.ts';

/** PostgreSQL's and PgBouncer's defaults. */
const defaults = { maxConnections: 100, superuserReserved: 3, poolSize: 20, maxClients: 100 };

/** Whether clients share the connections of a pool. In session mode it holds one for each client that there is. */
export const isShared = (pooler: Resource): boolean =>
  (pooler.text('spec', 'pgbouncer', 'poolMode') ?? 'session') !== 'session';

/** How large the pools of a pooler may grow together: instances × (pool + reserve) × databases, capped per database. */
export function connectionsOf(pooler: Resource, databases: number, instances = poolerInstances(pooler)): number {
  const caps = ['max_db_connections', 'max_user_connections']
    .map((name) => parameterOf(pooler, name) ?? 0)
    .filter((cap) => cap > 0);
  return instances * databases * Math.min(poolSizeOf(pooler), ...caps);
}

/** The connections of one pool: its size and its reserve. */
export const poolSizeOf = (pooler: Resource): number =>
  (parameterOf(pooler, 'default_pool_size') ?? defaults.poolSize) + (parameterOf(pooler, 'reserve_pool_size') ?? 0);

export const maxClientsOf = (pooler: Resource): number => parameterOf(pooler, 'max_client_conn') ?? defaults.maxClients;

/** Connections that PostgreSQL has for clients. */
export function availableOn(cluster: Resource): number {
  const parameter = (name: string) => cluster.number('spec', 'postgresql', 'parameters', name);
  return (
    (parameter('max_connections') ?? defaults.maxConnections) -
    (parameter('superuser_reserved_connections') ?? defaults.superuserReserved) -
    (parameter('reserved_connections') ?? 0)
  );
}

/**
 * Databases that clients of poolers may use. Where all that connect to a pooler say which, and enough applications are
 * visible, these; else that of the bootstrap, Database objects, and those that its statements create, without those that
 * only applications use that connect to the primary itself.
 */
export function databasesOf(inventory: Inventory, cluster: Resource): number {
  const names = databaseNames(inventory, cluster);
  const direct = directUses(inventory, cluster);
  const pooled = inventory.writePoolersOf(cluster).flatMap((pooler) => usesOfHost(inventory, pooler.name, pooler));
  const throughPoolers = pooled.map((use) => databasesBeside(use, inventory));
  const users = new Set([...direct, ...pooled].map(({ setting }) => setting.resource));
  if (users.size >= enoughUsers && pooled.length > 0 && throughPoolers.every((list) => list.length > 0))
    return new Set(throughPoolers.flat()).size;
  const reached = new Set(direct.flatMap((use) => databasesBeside(use, inventory)));
  const left = [...names].filter((name) => !reached.has(name) || throughPoolers.flat().includes(name));
  return Math.max(1, left.length);
}

/** Addresses of the primary itself, without those of what goes round a pooler only now and then. */
const directUses = (inventory: Inventory, cluster: Resource): HostUse[] =>
  usesOfHost(inventory, `${cluster.name}-rw`, cluster).filter(
    ({ setting }) => setting.resource.kind !== 'Cluster' && !isBeside(setting),
  );

/** What connects to the primary beside the pools that are shared: applications, and the clients of poolers in session mode. */
export function directClientsOf(inventory: Inventory, cluster: Resource): string[] {
  const applications = directUses(inventory, cluster).map(({ setting }) => setting.resource.title);
  const sessions = inventory
    .writePoolersOf(cluster)
    .filter((pooler) => !isShared(pooler) && !isUnused(pooler, inventory))
    .map(({ title }) => `the clients of ${title}`);
  return [...new Set([...applications, ...sessions])];
}

/** Shares of the connections that stay free beside the pools, and connections for each direct client. */
const reserve = { always: 1 / 10, direct: 1 / 4, most: 1 / 2, each: 10 };

/**
 * How many connections a proposed pool size leaves free: a tenth for administrators, migrations and monitors; where clients
 * connect directly, a quarter, or ten for each of them where that is more, up to a half. Ten is the default size of a pool
 * of HikariCP and of node-postgres.
 */
function reserveOn(inventory: Inventory, cluster: Resource): number {
  const available = availableOn(cluster);
  const clients = directClientsOf(inventory, cluster).length;
  const wanted =
    clients === 0 ? available * reserve.always : Math.max(available * reserve.direct, clients * reserve.each);
  return Math.ceil(Math.min(wanted, available * reserve.most));
}

function databaseNames(inventory: Inventory, cluster: Resource): Set<string> {
  const own = inventory.databasesOf(cluster).map((resource) => resource.reference('spec', 'name') ?? resource.name);
  const initdb = ['spec', 'bootstrap', 'initdb'];
  const made = cluster
    .items(...initdb, 'postInitSQL')
    .flatMap((item) => statementsOf(textOf(item.node) ?? ''))
    .flatMap(({ createsDatabase }) => createsDatabase ?? []);
  return new Set([cluster.reference(...initdb, 'database') ?? 'app', ...own, ...made]);
}

/** Migrations and dumps go round a pooler that serves their database otherwise. */
const besides = /migrat|(?:^|[^a-z])init|backup|dump|exporter/i;

const isBeside = ({ resource, container, name }: Setting): boolean =>
  resource.kind === 'Job' || resource.kind === 'CronJob' || besides.test(`${resource.name} ${container} ${name}`);

/** The names of databases in a connection string, and in the settings that belong to it. */
function databasesBeside({ setting, host }: HostUse, inventory: Inventory): string[] {
  const inText = [...setting.value.matchAll(/\/\/(?:\{\{.*?\}\}|[^\s"'/])*\/([\w-]+)|\b(?:dbname|database)=([\w-]+)/gi)]
    .filter(([text]) => text.includes(host) || /^(?:dbname|database)=/i.test(text))
    .map((match) => match[1] ?? match[2]!);
  const groups = inventory.once('groups of settings', () => Map.groupBy(settingsOf(inventory), ({ group }) => group));
  const named = (groups.get(setting.group) ?? []).filter(({ name }) => /(?:db|database)(?:_?name)?$/i.test(name));
  return [...inText, ...named.map(({ value }) => value)];
}

/** What the poolers to the primary that share connections may open together, with one of them at another number of instances. */
export function connectionsWanted(
  inventory: Inventory,
  cluster: Resource,
  changed?: { pooler: Resource; instances: number },
): number {
  const databases = databasesOf(inventory, cluster);
  return inventory
    .writePoolersOf(cluster)
    .filter(isShared)
    .map((pooler) => connectionsOf(pooler, databases, pooler === changed?.pooler ? changed.instances : undefined))
    .reduce((sum, n) => sum + n, 0);
}

/** The largest `default_pool_size` with which all poolers fit and the reserve stays free; 0 or less where none does. */
export function fittingPoolSize(
  inventory: Inventory,
  cluster: Resource,
  pooler: Resource,
  instances = poolerInstances(pooler),
): number {
  const databases = databasesOf(inventory, cluster);
  const others = connectionsWanted(inventory, cluster) - connectionsOf(pooler, databases);
  const share = Math.floor((availableOn(cluster) - reserveOn(inventory, cluster) - others) / (instances * databases));
  return share - (parameterOf(pooler, 'reserve_pool_size') ?? 0);
}
