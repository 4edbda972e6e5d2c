import { cnpg } from '../documentation.ts';
import { eachCluster } from '../each.ts';
import { cluster } from '../example.ts';
import type { Rule } from '../finding.ts';

/** The delay is part of every outage. */
export const failoverDelayed: Rule = {
  id: 'failover-delayed',
  severity: 'warning',
  onlyInProduction: true,
  together: true,
  title: 'failover waits before it begins',
  documentation: cnpg('failover', 'delayed-failover'),
  explanation:
    '`failoverDelay` lets the operator wait after a primary has failed before it promotes a standby. The delay is added to every outage. It spares a failover where the primary comes back within it.',
  bad: cluster('instances: 3\nfailoverDelay: 60'),
  meant: { here: /\b(?:failover|delay|wait|stalls?|restarts?|reboots?|blips?|hiccups?|spurious|transient)/i },
  drill: 'primary-crash',
  check: eachCluster(function* (resource) {
    const path = ['spec', 'failoverDelay'];
    const at = resource.at(...path);
    if (!at || (resource.number(...path) ?? 0) <= 0) return;
    yield {
      resource,
      at,
      message: `failoverDelay adds ${resource.number(...path)} s to every outage: the operator waits that long after the primary has failed before it promotes a standby.`,
      change: resource.set(path, 0),
    };
  }),
};
