import { type FaultKind, isFault } from './index.ts';

/** A stack's faults by their words. @throws Error for a word that has no contract: a mistake in the stack's registry */
export function byWord<Fault>(words: Readonly<Record<string, Fault>>): ReadonlyMap<FaultKind, Fault> {
  const entries = Object.entries(words).map(([word, fault]): [FaultKind, Fault] => {
    if (!isFault(word)) throw new Error(`${word} is not a fault`);
    return [word, fault];
  });
  return new Map(entries);
}
