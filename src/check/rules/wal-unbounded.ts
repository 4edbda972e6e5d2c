import { cnpg } from '../documentation.ts';
import { eachCluster } from '../each.ts';
import { cluster } from '../example.ts';
import type { Rule } from '../finding.ts';
import { instancesOf } from '../objects/replication.ts';
import { isSlotBounded, slotSetting } from '../objects/wal.ts';

/** The slot of a standby that is down keeps WAL until the volume is full. */
export const walUnbounded: Rule = {
  id: 'wal-unbounded',
  severity: 'warning',
  onlyInProduction: true,
  together: true,
  title: 'WAL of a lost standby fills the volume of the data',
  documentation: cnpg('replication', 'capping-the-wal-size-retained-for-replication-slots'),
  explanation:
    'The operator keeps a replication slot for each standby. While a standby is down, its slot keeps all WAL on the ' +
    'primary; on the volume of the data and without `max_slot_wal_keep_size`, WAL grows until the disk is full and the ' +
    'primary stops. Set a limit, or give WAL a volume of its own with `walStorage`.',
  bad: cluster('instances: 3'),
  drill: 'disk-full',
  check: eachCluster(function* (resource) {
    if (instancesOf(resource) < 2 || isSlotBounded(resource)) return;
    if (resource.flag('spec', 'replicationSlots', 'highAvailability', 'enabled') === false) return;
    yield {
      resource,
      at: resource.nearest('spec', 'storage'),
      message:
        `A standby that is down keeps all WAL on the primary by its replication slot. WAL shares the volume with the data ` +
        `and has no limit (max_slot_wal_keep_size), so that a standby that stays down fills the disk and stops the primary.`,
      change: resource.setAll([slotSetting(resource)]),
    };
  }),
};
