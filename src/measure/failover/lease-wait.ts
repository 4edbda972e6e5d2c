/** The wait of a chosen standby for the lease that the old primary still holds. */
import type { Run } from '../../journal/run.ts';
import { interval } from '../interval.ts';
import type { Edge } from './edge.ts';

/** When the lease first passed to this instance after `fromUs`; undefined where nobody saw it pass. */
export function leasePassedTo({ notes }: Run, instance: string, fromUs: number): Edge | undefined {
  const passed = notes.find(({ tUs, lease }) => tUs > fromUs && lease?.to === instance);
  return (
    passed && { observer: 'lease', atUs: passed.tUs, at: interval(passed.tUs, passed.tUs), evidence: [passed.seq] }
  );
}
