/** One thing that `pgdrill doctor` looks at: one file a check, registered in `index.ts`. */
export interface Check {
  /** What is checked, in one or two words. */
  readonly name: string;
  /** Changes nothing. */
  look(): Promise<Finding>;
}

export interface Finding {
  /** `missing`: something to install or to set. */
  readonly state: 'ok' | 'missing';
  /** What works and how, or what is missing and what to do about it. */
  readonly text: string;
  /** Whether drills run because of it: without one such check, nothing can run here. */
  readonly runs?: true;
}
