import { cnpg } from '../documentation.ts';
import { eachCluster } from '../each.ts';
import { cluster } from '../example.ts';
import type { Rule } from '../finding.ts';
import { instancesOf } from '../objects/replication.ts';
import { isSlotBounded, slotSetting } from '../objects/wal.ts';

/** Slots keep the WAL that a standby still needs. */
export const replicationSlotsOff: Rule = {
  id: 'replication-slots-off',
  severity: 'warning',
  title: 'standbys without replication slots',
  documentation: cnpg('replication', 'replication-slots-for-high-availability'),
  explanation:
    'The operator keeps a replication slot for each standby, also on the standbys, so that one that falls behind finds its WAL after a failover. Without slots the primary may remove WAL that a standby still needs; it then has to fetch it from the archive, or be cloned again.',
  bad: cluster('instances: 3\nreplicationSlots:\n  highAvailability:\n    enabled: false'),
  check: eachCluster(function* (resource) {
    const path = ['spec', 'replicationSlots', 'highAvailability', 'enabled'];
    const at = resource.at(...path);
    if (!at || resource.flag(...path) !== false || instancesOf(resource) < 2) return;
    yield {
      resource,
      at,
      message: `Replication slots are off: the primary may remove WAL that a standby still needs, and after a failover or a restart such a standby has to be cloned again or replay the archive.`,
      change: resource.setAll([[path, true], ...(isSlotBounded(resource) ? [] : [slotSetting(resource)])]),
    };
  }),
};
