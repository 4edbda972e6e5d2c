import { few } from '../../measure/measured.ts';
import { cnpg } from '../documentation.ts';
import { eachCluster } from '../each.ts';
import { cluster, pooler, together } from '../example.ts';
import type { Rule } from '../finding.ts';
import {
  availableOn,
  connectionsOf,
  connectionsWanted,
  databasesOf,
  directClientsOf,
  fittingPoolSize,
  isShared,
} from '../objects/connections.ts';
import { isUnused, placeOfParameter, setParameter } from '../objects/pooler.ts';

/** All pools of all poolers full at once, as they are when everything reconnects after a failover. */
export const connectionsExceedMax: Rule = {
  id: 'connections-exceed-max',
  severity: 'warning',
  title: 'pools are larger together than max_connections',
  documentation: cnpg('connection_pooling', 'pgbouncer-configuration-options'),
  explanation:
    'Each instance of a Pooler keeps a pool for each database. After a failover all pools refill at once; when they are ' +
    'larger together than `max_connections` leaves, logins fail with 53300 (too many clients), and each failed login ' +
    'holds its pool for `server_login_retry`. Users beyond one for each database add further pools. Databases that ' +
    'applications reach only without the pooler do not count, nor do poolers in session mode, which hold ' +
    'one connection for each client that there is: a failover adds none. The proposed pool size leaves a tenth of the ' +
    'connections free, for administrators, migrations and monitors. Where applications connect to the primary itself, or ' +
    'through a pooler in session mode, it leaves a quarter, or ten for each of them where that is more, up to a half.',
  bad: together(
    cluster('instances: 1'),
    pooler('instances: 3\npgbouncer:\n  poolMode: transaction\n  parameters:\n    default_pool_size: "50"'),
  ),
  drill: 'failover-storm',
  with: 'default_pool_size=20',
  measured:
    'in 12 of 18 failovers on k3s PostgreSQL refused 21 to 776 log-ins while commits waited, with `max_connections` 200 (`docs/measured.md`)',
  check: eachCluster(function* (resource, inventory) {
    const databases = databasesOf(inventory, resource);
    const wanted = connectionsWanted(inventory, resource);
    const available = availableOn(resource);
    const size = (pooler: (typeof inventory.poolers)[number]) => connectionsOf(pooler, databases);
    const largest = inventory
      .writePoolersOf(resource)
      .filter(isShared)
      .toSorted((a, b) => size(b) - size(a))[0];
    if (!largest || wanted <= available || isUnused(largest, inventory)) return;
    const fitting = fittingPoolSize(inventory, resource, largest);
    const clients = directClientsOf(inventory, resource);
    yield {
      resource: largest,
      at: placeOfParameter(largest, 'default_pool_size'),
      message:
        `The poolers of ${resource.name} may open ${wanted} connections (instances × pool size × ${databases} ` +
        `database${databases === 1 ? '' : 's'}); PostgreSQL has ${available}${beside(clients, fitting > 0)}. When ` +
        `all pools refill after a failover, logins fail with 53300 (too many clients), and each failed login holds its pool for server_login_retry.`,
      change: fitting > 0 ? setParameter(largest, 'default_pool_size', String(fitting)) : [],
    };
  }),
};

/** What connects beside the pools, and whether the change leaves room for it. */
function beside(clients: readonly string[], isFitting: boolean): string {
  if (clients.length === 0) return '';
  const names = clients.length === 2 ? clients.join(' and ') : few(clients);
  const areOfPooler = clients.every((client) => client.startsWith('the clients'));
  const verb = clients.length === 1 && !areOfPooler ? 'connects' : 'connect';
  const room = isFitting ? '. The proposed size leaves room for them' : '';
  return `, and ${names} ${verb} to it ${areOfPooler ? '' : 'directly '}as well${room}`;
}
