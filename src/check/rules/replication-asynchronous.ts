import { cnpg } from '../documentation.ts';
import { setIn } from '../edit.ts';
import type { Rule } from '../finding.ts';
import { isReplicaCluster, isSynchronous } from '../replication.ts';

/** A failover to "the most up-to-date standby" keeps what that standby had, which is not all that was acknowledged. */
export const replicationAsynchronous: Rule = {
  id: 'replication-asynchronous',
  severity: 'warning',
  title: 'acknowledged writes are on the primary only',
  documentation: cnpg('replication', 'synchronous-replication'),
  *check(inventory) {
    for (const resource of inventory.clusters) {
      const instances = resource.number('spec', 'instances') ?? 1;
      if (instances < 2 || isSynchronous(resource) || isReplicaCluster(resource)) continue;
      const value = { method: 'any', number: 1, dataDurability: instances > 2 ? 'required' : 'preferred' };
      yield {
        resource,
        at: resource.nearest('spec', 'postgresql'),
        message:
          `Replication is asynchronous, so a commit is acknowledged before any standby has it. When the primary dies, ` +
          `the most advanced standby is promoted and the last acknowledged writes are gone, without an error to anyone.` +
          (instances > 2
            ? ''
            : ' With two instances dataDurability can only be preferred, else the loss of either stops all writes.'),
        change: [setIn(resource.base, ['spec', 'postgresql', 'synchronous'], value)],
      };
    }
  },
};
