import type { Setting } from '../change/set.ts';
import { atLeast, cnpg } from '../documentation.ts';
import { eachCluster } from '../each.ts';
import { cluster } from '../example.ts';
import type { Rule } from '../finding.ts';
import { hasFailoverQuorum, instancesOf, synchronousStandbys } from '../objects/replication.ts';

/** `required` with as many synchronous standbys as the cluster has: the loss of any one stops all writes. */
export const synchronousWithoutSpare: Rule = {
  id: 'synchronous-without-spare',
  severity: 'warning',
  onlyInProduction: true,
  title: 'writes stop with the loss of any standby',
  documentation: cnpg('replication', 'data-durability-and-synchronous-replication'),
  explanation:
    'With `dataDurability: required` every commit waits for `number` standbys. When the cluster has no more standbys than ' +
    'that, the loss of any instance stops all writes, and so does every failover until the old primary is back.',
  bad: cluster('instances: 2\npostgresql:\n  synchronous:\n    method: any\n    number: 1'),
  drill: 'standbys-lost',
  check: eachCluster(function* (resource, { cnpgVersion }) {
    const path = ['spec', 'postgresql', 'synchronous'];
    const outside = [...resource.items(...path, 'standbyNamesPre'), ...resource.items(...path, 'standbyNamesPost')];
    const at = resource.at(...path, 'number');
    const number = synchronousStandbys(resource);
    const instances = instancesOf(resource);
    if (!at || instances < 2 || outside.length > 0 || number < instances - 1) return;
    if ((resource.text(...path, 'dataDurability') ?? 'required') !== 'required') return;
    const settings: Setting[] = [[['spec', 'instances'], number + 2]];
    if (
      (resource.text(...path, 'method') ?? 'any') === 'any' &&
      atLeast(cnpgVersion, '1.28') &&
      !hasFailoverQuorum(resource)
    )
      settings.push([[...path, 'failoverQuorum'], true]);
    yield {
      resource,
      at,
      message:
        `Every commit waits for ${number} of ${instances - 1} standby${instances === 2 ? '' : 's'}, and dataDurability ` +
        `is required: when any instance is lost, or until the old primary of a failover is back, all writes wait. ` +
        `One more instance keeps them going.`,
      change: resource.setAll(settings),
    };
  }),
};
