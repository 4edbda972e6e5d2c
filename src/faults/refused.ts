/** Faults that people ask for and that pgdrill does not have, each with the reason and what to use instead. */
import { didYouMean } from '../errors.ts';
import { faultKinds } from './index.ts';

const refused: ReadonlyMap<string, string> = new Map([
  [
    'clock-step',
    'Linux has no namespace for the wall clock, so a host of the lab shares the machine’s; on a cluster, inject a TimeChaos experiment of Chaos Mesh (docs/faults.md)',
  ],
]);

/** What follows `x is not a fault`: why that one does not exist, the nearest name, or all names. */
export function instead(word: string): string {
  const why = refused.get(word);
  return why === undefined ? didYouMean(word, faultKinds) : `: ${why}`;
}
