/** A setting that could be changed, and what changing it would save. */

/** A setting that decides how long an outage lasts, and what is recommended for it. */
export interface Lever {
  readonly name: string;
  readonly program: string;
  readonly unit: string;
  readonly recommended: string;
  /** The line of its configuration, `{}` for the value. */
  readonly line: string;
  readonly risk: string;
  /** The least value that the program takes. */
  readonly least?: string;
  /** A value beyond the recommended one, and other settings that must move with it. */
  readonly quicker?: { readonly value: string; readonly with: Readonly<Record<string, string>>; readonly risk: string };
}

export interface Proposal {
  /** The setting's own name. */
  readonly name: string;
  readonly program: string;
  readonly from: string;
  readonly to: string;
  /** Settings of the same program that must move with it, as `name = value`; absent where none must. */
  readonly also?: readonly string[];
  /** The lines of the configuration as they are and as they would be. */
  readonly before: readonly string[];
  readonly after: readonly string[];
  /** ms of outage, between these. */
  readonly savesMs: { readonly low: number; readonly high: number };
  /** The value was set for this run (`--with`): to leave that out changes it. */
  readonly undo?: true;
  readonly basis: 'measured' | 'modelled' | 'seen';
  /** Why, in one sentence. */
  readonly why: string;
  readonly evidence: readonly number[];
  readonly risk: string;
}
