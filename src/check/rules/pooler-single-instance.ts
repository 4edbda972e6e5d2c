import type { Setting } from '../change/set.ts';
import { cnpg } from '../documentation.ts';
import { eachPooler } from '../each.ts';
import { pooler } from '../example.ts';
import type { Rule } from '../finding.ts';
import { availableOn, connectionsWanted, fittingPoolSize, isShared } from '../objects/connections.ts';
import type { Inventory } from '../objects/inventory.ts';
import { apartSetting, isApart, isReadOnlyPooler, poolerInstances } from '../objects/pooler.ts';
import { instancesOf } from '../objects/replication.ts';
import type { Resource } from '../objects/resource.ts';

/** The database fails over; a single pooler is down until Kubernetes has started another. */
export const poolerSingleInstance: Rule = {
  id: 'pooler-single-instance',
  severity: 'warning',
  onlyInProduction: true,
  title: 'one pooler instance for all clients',
  documentation: cnpg('connection_pooling', 'high-availability-ha'),
  explanation:
    'With one instance all clients are down while its pod is replaced, however fast the database fails over. When the ' +
    'node of the pod is lost, that takes until Kubernetes gives the pod up: five minutes by default.',
  bad: pooler('instances: 1\npgbouncer:\n  poolMode: transaction'),
  meant: { here: /\b(?:single|one)[ -](?:instance|replica|pod|pooler)\b/i },
  drill: 'pooler-loss',
  check: eachPooler(function* (resource, inventory) {
    if (poolerInstances(resource) !== 1) return;
    // A database of one instance does not fail over: it is down with its node for as long as the pooler.
    const database = inventory.clusterOf(resource);
    if (database && instancesOf(database) === 1) return;
    yield {
      resource,
      at: resource.nearest('spec', 'instances'),
      message:
        `With one instance all clients are down while its pod is replaced; when its node is lost, that takes until ` +
        `Kubernetes gives the pod up, five minutes by default, however fast the database fails over.`,
      change: resource.setAll(twoInstances(inventory, resource)),
    };
  }),
};

/** A second instance, on another node, with pools that still fit into max_connections. */
function twoInstances(inventory: Inventory, resource: Resource): Setting[] {
  const settings: Setting[] = [[['spec', 'instances'], 2]];
  if (!isApart(resource)) settings.push(apartSetting(resource));
  const isCounted = isShared(resource) && !isReadOnlyPooler(resource);
  const cluster = isCounted ? inventory.clusterOf(resource) : undefined;
  if (!cluster) return settings;
  const available = availableOn(cluster);
  const fits = connectionsWanted(inventory, cluster, { pooler: resource, instances: 2 }) <= available;
  const fitting = fittingPoolSize(inventory, cluster, resource, 2);
  const isNew = connectionsWanted(inventory, cluster) <= available;
  if (!fits && isNew && fitting > 0)
    settings.push([['spec', 'pgbouncer', 'parameters', 'default_pool_size'], String(fitting)]);
  return settings;
}
