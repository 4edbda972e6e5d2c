import type { Finding, Note, Rule } from '../finding.ts';

/** What a format writes. */
export interface Outcome {
  readonly findings: readonly Finding[];
  /** The files that were read, in their order. */
  readonly files: readonly string[];
  /** The rules that ran. */
  readonly rules: readonly Rule[];
  /** pgdrill's own version. */
  readonly version: string;
  /** Files and settings that were not judged. */
  readonly notes?: readonly Note[];
  /** How many findings annotations accept. */
  readonly accepted?: number;
  /** How many findings the baseline hides. */
  readonly hidden?: number;
  /** How many objects of CloudNativePG were judged. */
  readonly objects?: number;
}

/** Writes findings as one text, with a newline at its end. */
export type Format = (outcome: Outcome) => string;
