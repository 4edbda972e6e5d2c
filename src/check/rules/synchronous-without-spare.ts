import { cnpg } from '../documentation.ts';
import { setIn } from '../edit.ts';
import type { Rule } from '../finding.ts';
import { synchronousStandbys } from '../replication.ts';

/** `required` with as many synchronous standbys as there are: the loss of any one stops all writes. */
export const synchronousWithoutSpare: Rule = {
  id: 'synchronous-without-spare',
  severity: 'warning',
  title: 'writes stop with the loss of any standby',
  documentation: cnpg('replication', 'data-durability-and-synchronous-replication'),
  *check(inventory) {
    for (const resource of inventory.clusters) {
      const path = ['spec', 'postgresql', 'synchronous'];
      const instances = resource.number('spec', 'instances');
      const outside = [...resource.items(...path, 'standbyNamesPre'), ...resource.items(...path, 'standbyNamesPost')];
      const at = resource.at(...path, 'number');
      const number = synchronousStandbys(resource);
      if (!at || instances === undefined || outside.length > 0 || number < instances - 1) continue;
      if ((resource.text(...path, 'dataDurability') ?? 'required') !== 'required') continue;
      yield {
        resource,
        at,
        message:
          `Every commit waits for ${number} of ${instances - 1} standby${instances === 2 ? '' : 's'}, and dataDurability ` +
          `is required: when any instance is lost, or while the old primary of a failover is not back, all writes wait. ` +
          `One instance more than that keeps them going.`,
        change: [setIn(resource.base, ['spec', 'instances'], number + 2)],
      };
    }
  },
};
