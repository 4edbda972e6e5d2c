import { cnpg } from '../documentation.ts';
import { setIn } from '../edit.ts';
import type { Rule } from '../finding.ts';
import type { Inventory } from '../inventory.ts';
import { textOf } from '../nodes.ts';
import { parameterOf, parameterPath, placeOfParameter, poolerInstances } from '../pooler.ts';
import type { Resource } from '../resource.ts';
import { statementsOf } from '../sql.ts';

/** PostgreSQL's and PgBouncer's defaults. */
const defaults = { maxConnections: 100, superuserReserved: 3, poolSize: 20 };

/** All pools of all poolers full at once, as they are when everything reconnects after a failover. */
export const connectionsExceedMax: Rule = {
  id: 'connections-exceed-max',
  severity: 'warning',
  title: 'pools are larger together than max_connections',
  documentation: cnpg('connection_pooling', 'pgbouncer-configuration-options'),
  *check(inventory) {
    for (const cluster of inventory.clusters) {
      const poolers = inventory.writePoolersOf(cluster);
      const databases = databasesOf(inventory, cluster);
      const wanted = poolers.reduce((sum, pooler) => sum + connectionsOf(pooler, databases), 0);
      const available = availableOn(cluster);
      const largest = poolers.toSorted((a, b) => connectionsOf(b, databases) - connectionsOf(a, databases))[0];
      if (!largest || wanted <= available) continue;
      const pools = poolerInstances(largest) * databases;
      const spare = available - (wanted - connectionsOf(largest, databases));
      const size = Math.floor(spare / pools) - (parameterOf(largest, 'reserve_pool_size') ?? 0);
      yield {
        resource: largest,
        at: placeOfParameter(largest, 'default_pool_size'),
        message:
          `The poolers of ${cluster.name} may open ${wanted} connections (instances × pool size × ${databases} ` +
          `database${databases === 1 ? '' : 's'}), and PostgreSQL has ${available} for them. When every pool refills after ` +
          `a failover, logins fail with 53300 (too many clients), and each failed login holds its pool for server_login_retry.`,
        change: size > 0 ? [setIn(...parameterPath(largest, 'default_pool_size'), String(size))] : [],
      };
    }
  },
};

/** At most, all instances of the pooler together; one user for each database. */
function connectionsOf(pooler: Resource, databases: number): number {
  const poolSize =
    (parameterOf(pooler, 'default_pool_size') ?? defaults.poolSize) + (parameterOf(pooler, 'reserve_pool_size') ?? 0);
  const caps = ['max_db_connections', 'max_user_connections']
    .map((name) => parameterOf(pooler, name) ?? 0)
    .filter((cap) => cap > 0);
  return poolerInstances(pooler) * databases * Math.min(poolSize, ...caps);
}

function availableOn(cluster: Resource): number {
  const parameter = (name: string) => cluster.number('spec', 'postgresql', 'parameters', name);
  return (
    (parameter('max_connections') ?? defaults.maxConnections) -
    (parameter('superuser_reserved_connections') ?? defaults.superuserReserved) -
    (parameter('reserved_connections') ?? 0)
  );
}

/** How many databases the manifests make; the one of the bootstrap counts always. */
function databasesOf(inventory: Inventory, cluster: Resource): number {
  const declared = inventory.own
    .filter((resource) => resource.kind === 'Database' && inventory.belongsTo(resource, cluster))
    .map((resource) => resource.text('spec', 'name') ?? resource.name);
  const created = cluster
    .items('spec', 'bootstrap', 'initdb', 'postInitSQL')
    .flatMap((item) => statementsOf(textOf(item.node) ?? ''))
    .map((statement) => statement.createsDatabase)
    .filter((name) => name !== undefined);
  return new Set([cluster.text('spec', 'bootstrap', 'initdb', 'database') ?? 'app', ...declared, ...created]).size;
}
