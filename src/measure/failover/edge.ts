/** The end of a phase: seen by one observer, somewhere in an interval. */
import type { Interval } from '../interval.ts';

export interface Edge {
  readonly observer: string;
  readonly atUs: number;
  readonly at: Interval;
  readonly evidence: readonly number[];
  /** The instance that the phase waited for, where that is not the new primary. */
  readonly instance?: string;
  /** Where the phase falls into two parts: the end of the first. */
  readonly inner?: { readonly atUs: number; readonly evidence: readonly number[] } | undefined;
}

/** Less is the distance between the looks of two observers, µs. */
export const lookUs = 1_000_000;
