/** How much WAL a Cluster may keep, and where. */
import type { Setting } from '../change/set.ts';
import { bytesOf } from './quantity.ts';
import type { Resource } from './resource.ts';

/** As much as `wal_keep_size` keeps by the operator's default anyway. */
const smallest = '512MB';
const parameter = 'max_slot_wal_keep_size';

/** Whether a standby that is down may keep only a limited amount of WAL: by a limit of slots, or with a volume for WAL. */
export const isSlotBounded = (cluster: Resource): boolean =>
  cluster.at('spec', 'walStorage') !== undefined ||
  (cluster.text('spec', 'postgresql', 'parameters', parameter) ?? '-1').trim() !== '-1';

/** A limit that leaves half of the volume for data; 10GB where the size is not known. */
export function slotSetting(cluster: Resource): Setting {
  const bytes = bytesOf(cluster.text('spec', 'storage', 'size'));
  const half = bytes === undefined ? 10 : Math.floor(bytes / 2 / 2 ** 30);
  const size = half >= 1 ? `${Math.min(half, 100)}GB` : smallest;
  return [['spec', 'postgresql', 'parameters', parameter], size];
}
