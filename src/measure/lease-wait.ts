/** How much of a promotion was the wait for the lease that the old primary still held. */
import { newHolder } from '../journal/lease-note.ts';
import type { Run } from '../journal/run.ts';

/** How long after `fromUs` the lease passed to another instance, µs; 0 where that was not seen before `untilUs`. */
export function leaseWaitUs({ notes }: Run, fromUs: number, untilUs: number): number {
  const passed = notes.find(({ tUs, text }) => tUs > fromUs && tUs <= untilUs && newHolder(text) !== undefined);
  return passed ? passed.tUs - fromUs : 0;
}
