/** The wait of a chosen standby for the lease that the old primary still holds. */
import type { Run } from '../../journal/run.ts';
import type { FaultWindow } from '../availability/fault-windows.ts';
import { interval } from '../interval.ts';
import type { Edge } from './edge.ts';

/**
 * When the lease first passed to this instance after the fault; undefined where nobody saw it pass. Where the old primary
 * released it before, instead of letting it expire, that is when the phase's first part ended.
 */
export function leasePassedTo(
  { notes }: Run,
  instance: string,
  { target, inject }: Pick<FaultWindow, 'target' | 'inject'>,
): Edge | undefined {
  const later = notes.filter(({ tUs, lease }) => lease && tUs > inject.lo);
  const passed = later.find(({ lease }) => lease?.to === instance);
  if (!passed) return undefined;
  const released = later.find(({ tUs, lease }) => tUs < passed.tUs && lease?.from === target && lease.to === '');
  return {
    observer: 'lease',
    ...{ atUs: passed.tUs, at: interval(passed.tUs, passed.tUs), evidence: [passed.seq] },
    ...(released && { instance: target, inner: { atUs: released.tUs, evidence: [released.seq] } }),
  };
}
