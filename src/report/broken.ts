/** What a drill broke, as reports name it: `lossy pg1 (share 0.02, for 20s)`. */
import { describeParameters } from '../faults/parameters.ts';
import type { EventOf } from '../journal/event.ts';
import type { Run } from '../journal/run.ts';

/** A step of a fault by its fault, target and parameters. */
export function faultText({ fault, target, parameters }: EventOf<'fault'>): string {
  const given = describeParameters(parameters);
  return `${fault} ${target}${given && ` (${given})`}`;
}

/** Every fault that was injected, in that order; one that came back at its time is named once. */
export const brokenIn = ({ faults }: Run): readonly string[] => [
  ...new Set(faults.filter(({ step }) => step === 'inject').map(faultText)),
];
