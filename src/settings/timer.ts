/** A timer that decides how long an outage lasts. */

/** A timer that `pgdrill explain` may move, one at a time. */
export interface Timer {
  /** As in `Stack.settings`. */
  readonly name: string;
  /** With it the name as in `StackFacts.settings`. */
  readonly program: string;
  readonly unit: string;
  readonly recommended: string;
  /** Distinctive values that it may be moved to: no other timer has them, nor a multiple or part of them. */
  readonly trials: readonly string[];
  /** The line of its configuration, `{}` for the value. */
  readonly line: string;
  /** What the recommended value would risk. */
  readonly risk: string;
  /** The least value that the program takes, where that is not obvious. */
  readonly least?: string;
  /** A value beyond the recommended one, for those who need a shorter outage more than what it risks. */
  readonly quicker?: { readonly value: string; readonly with: Readonly<Record<string, string>>; readonly risk: string };
}
