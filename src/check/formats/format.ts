import type { Finding, Rule } from '../finding.ts';

/** What a format is given. */
export interface Outcome {
  readonly findings: readonly Finding[];
  /** The files that were read, in their order. */
  readonly files: readonly string[];
  /** The rules that were run. */
  readonly rules: readonly Rule[];
  /** pgdrill's own version. */
  readonly version: string;
}

/** Writes findings as one text, with a newline at its end. */
export type Format = (outcome: Outcome) => string;
