import { cnpg } from '../documentation.ts';
import { eachCluster } from '../each.ts';
import { cluster } from '../example.ts';
import type { Rule } from '../finding.ts';
import { habit } from '../habit.ts';
import type { Inventory } from '../objects/inventory.ts';
import { isAlone } from '../objects/replication.ts';
import type { Resource } from '../objects/resource.ts';

const path = ['spec', 'failoverDelay'];

/** The delay is part of every outage. */
export const failoverDelayed: Rule = {
  id: 'failover-delayed',
  severity: 'warning',
  onlyInProduction: true,
  together: true,
  title: 'failover waits before it begins',
  documentation: cnpg('failover', 'delayed-failover'),
  explanation:
    '`failoverDelay` lets the operator wait after a primary has failed before it promotes a standby: writes are down that ' +
    'much longer. It spares a failover where the primary comes back within it. Switchovers do not wait. Where most Clusters ' +
    'of a repository, three or more, have the same delay, it is a choice, which a note counts.',
  bad: cluster('instances: 3\nfailoverDelay: 60'),
  meant: { here: /\b(?:failover|delay|wait|stalls?|restarts?|reboots?|blips?|hiccups?|spurious|transient)/i },
  drill: 'primary-crash',
  check: eachCluster(function* (resource, inventory) {
    const seconds = resource.number(...path) ?? 0;
    const at = resource.at(...path);
    if (!at || seconds <= 0) return;
    yield {
      resource,
      at,
      message:
        `failoverDelay is ${seconds} s: after the primary has failed, the operator waits that long before it promotes a ` +
        `standby, and writes are down ${seconds} s longer.`,
      change: resource.set(path, 0),
      ...(isChoice(resource, inventory) && { isChoice: true as const }),
    };
  }),
};

/** Whether most Clusters with standbys have the same delay. */
function isChoice(cluster: Resource, { clusters }: Inventory): boolean {
  const withStandbys = new Map(clusters.filter((one) => !isAlone(one)).map((one) => [one.title, one]));
  const delay = delayOf(cluster);
  const alike = [...withStandbys.values()].filter((one) => delayOf(one) === delay).length;
  return alike >= habit && alike * 2 > withStandbys.size;
}

const delayOf = (cluster: Resource): string | undefined => cluster.reference(...path);
