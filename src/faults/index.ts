/** What the fault words mean, and the types that follow from them. How a stack brings a fault about is the stack's business. */
import type { z } from 'zod';
import type { Duration } from '../duration.ts';
import type { TargetOfKind } from './aim.ts';
import type { FaultContract } from './contract.ts';
import * as words from './words/index.ts';

export const faults = { ...words };

type Faults = typeof faults;
export type FaultKind = keyof Faults;
export const faultKinds = Object.keys(faults) as [FaultKind, ...FaultKind[]];
export const isFault = (word: string): word is FaultKind => Object.hasOwn(faults, word);
/** What a fault word means; undefined for a word that this version does not know, as a journal of another may hold. */
export const contractOf = (word: string): FaultContract | undefined => (isFault(word) ? faults[word] : undefined);

/** While it is at work one instance, or one pooler, is out of service; false for a pause that holds clients. */
export function takesInstance(word: FaultKind): boolean {
  const { keepsInstances, holdsClients }: FaultContract = faults[word];
  return !keepsInstances && !holdsClients;
}

/** What a fault can be aimed at. */
export type TargetOf<F extends FaultKind> = F extends FaultKind ? TargetOfKind<Faults[F]['target']> : never;

interface MayEnd {
  /** How long it lasts: its end is a part of the incident. Absent: until it is healed. */
  readonly for?: Duration;
  /** From one beginning to the next, where it comes back; longer than `for`. */
  readonly every?: Duration;
  /** How often it comes, where it comes back. */
  readonly times?: number;
}
type MustEnd = MayEnd & { readonly for: Duration };
type Ending<C extends FaultContract> = C['ends'] extends 'when-healed'
  ? MayEnd
  : C['ends'] extends 'as-scheduled'
    ? MustEnd
    : unknown;
type Own<C extends FaultContract> = C extends { readonly parameters: infer S extends z.ZodObject }
  ? Readonly<z.input<S>>
  : unknown;

/** What a drill may give a fault; `unknown` where it takes nothing. */
export type ParametersOf<F extends FaultKind> = F extends FaultKind ? Own<Faults[F]> & Ending<Faults[F]> : never;
/** The fault's own parameters, with their defaults filled in: what a stack is given. */
export type ParsedOf<F extends FaultKind> = F extends FaultKind
  ? Faults[F] extends { readonly parameters: infer S extends z.ZodObject }
    ? Readonly<z.output<S>>
    : Readonly<Record<string, unknown>>
  : never;
/** The last argument of `inject`: required where a parameter is, refused where there are none. */
export type ParameterArgument<F extends FaultKind> = F extends FaultKind
  ? unknown extends ParametersOf<F>
    ? []
    : Record<never, never> extends ParametersOf<F>
      ? [parameters?: ParametersOf<F>]
      : [parameters: ParametersOf<F>]
  : never;
