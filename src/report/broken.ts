/** A step of a fault as the list of steps names it: `lossy pg1 (share 0.02, for 20s)`. */
import { describeParameters } from '../faults/parameters.ts';
import type { EventOf } from '../journal/event.ts';

/** A step of a fault by its fault, target and parameters. */
export function faultText({ fault, target, parameters }: EventOf<'fault'>): string {
  const given = describeParameters(parameters);
  return `${fault} ${target}${given && ` (${given})`}`;
}
