/** How many connections the poolers of a Cluster open, and how many it has for them. */
import { textOf } from '../text/nodes.ts';
import type { Inventory } from './inventory.ts';
import { parameterOf, poolerInstances } from './pooler.ts';
import type { Resource } from './resource.ts';
import { statementsOf } from './sql.ts';

/** PostgreSQL's and PgBouncer's defaults. */
const defaults = { maxConnections: 100, superuserReserved: 3, poolSize: 20, maxClients: 100 };

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

/** Databases that clients may use: that of the bootstrap, Database objects, and those that its statements create. */
export function databasesOf(inventory: Inventory, cluster: Resource): number {
  const own = inventory.databasesOf(cluster).map((resource) => resource.reference('spec', 'name') ?? resource.name);
  const initdb = ['spec', 'bootstrap', 'initdb'];
  const made = cluster
    .items(...initdb, 'postInitSQL')
    .flatMap((item) => statementsOf(textOf(item.node) ?? ''))
    .flatMap(({ createsDatabase }) => createsDatabase ?? []);
  return new Set([cluster.reference(...initdb, 'database') ?? 'app', ...own, ...made]).size;
}

/** What the poolers to the primary may open together, with one of them at another number of instances. */
export function connectionsWanted(
  inventory: Inventory,
  cluster: Resource,
  changed?: { pooler: Resource; instances: number },
): number {
  const databases = databasesOf(inventory, cluster);
  return inventory
    .writePoolersOf(cluster)
    .map((pooler) => connectionsOf(pooler, databases, pooler === changed?.pooler ? changed.instances : undefined))
    .reduce((sum, n) => sum + n, 0);
}

/** The largest `default_pool_size` with which all poolers fit; 0 or less where none does. */
export function fittingPoolSize(
  inventory: Inventory,
  cluster: Resource,
  pooler: Resource,
  instances = poolerInstances(pooler),
): number {
  const databases = databasesOf(inventory, cluster);
  const others = connectionsWanted(inventory, cluster) - connectionsOf(pooler, databases);
  const share = Math.floor((availableOn(cluster) - others) / (instances * databases));
  return share - (parameterOf(pooler, 'reserve_pool_size') ?? 0);
}
