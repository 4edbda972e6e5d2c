import { UsageError } from '../errors.ts';
import { type FaultKind, isFault } from './index.ts';

/** A stack's faults by their words. @throws Error for a word that has no contract: a mistake in the stack's registry */
export function byWord<Fault>(words: Readonly<Record<string, Fault>>): ReadonlyMap<FaultKind, Fault> {
  const entries = Object.entries(words).map(([word, fault]): [FaultKind, Fault] => {
    if (!isFault(word)) throw new Error(`${word} is not a fault`);
    return [word, fault];
  });
  return new Map(entries);
}

/**
 * What a stack does for a fault.
 * @param stack what the sentence calls the stack
 * @throws UsageError where it cannot do the fault
 */
export function faultOf<Fault>(faults: ReadonlyMap<FaultKind, Fault>, kind: FaultKind, stack: string): Fault {
  const fault = faults.get(kind);
  if (fault) return fault;
  throw new UsageError(`${stack} cannot do ${kind}; it can do: ${[...faults.keys()].join(', ')}`);
}
