/** How much of an outage was a new primary that waits for a standby: with synchronous replication no commit ends before. */
import type { Run } from '../journal/run.ts';

/**
 * How long after `fromUs` no standby was seen to stream, µs; 0 where one did then, where commits do not wait for one, or
 * where nobody looked. At most until `untilUs`.
 */
export function withoutStandbyUs(run: Run, fromUs: number, untilUs: number): number {
  if (run.header.topology.durability === 'asynchronous') return 0;
  const standbys = run.replicas.filter(({ syncState }) => syncState !== 'primary');
  const lastLooks = new Map<string, boolean>();
  for (const { tUs, instance, streaming } of standbys) if (tUs <= fromUs) lastLooks.set(instance, streaming);
  if (lastLooks.size === 0 || [...lastLooks.values()].includes(true)) return 0;
  const again = standbys.find(({ tUs, streaming }) => tUs > fromUs && streaming);
  return Math.min(untilUs, again?.tUs ?? untilUs) - fromUs;
}
