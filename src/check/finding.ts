/** What a rule is and what it finds. */
import type { Edit } from './edit.ts';
import type { Inventory } from './inventory.ts';
import type { Place } from './manifest.ts';
import type { Resource } from './resource.ts';

/** `error`: it does not work, or loses data, as written. `warning`: it hurts in a failover. `info`: worth knowing. */
export const severities = ['error', 'warning', 'info'] as const;
export type Severity = (typeof severities)[number];

/** One rule a file, registered in `rules/index.ts`. */
export interface Rule {
  /** Stable: lower case words joined by `-`; users name it in annotations and CI. */
  readonly id: string;
  readonly severity: Severity;
  /** What is wrong, in a few words. */
  readonly title: string;
  /** The page that documents it. */
  readonly documentation: string;
  check(inventory: Inventory): Iterable<Problem>;
}

/** What a rule found, before it has a line number and a diff. */
export interface Problem {
  readonly resource: Resource;
  readonly at: Place;
  /** What happens and when, in one or two sentences. */
  readonly message: string;
  /** The change that mends it. */
  readonly change: readonly Edit[];
  /** Where it is less, or more, than the rule's own. */
  readonly severity?: Severity;
}

/** What a user reads. */
export interface Finding {
  readonly rule: string;
  readonly severity: Severity;
  readonly title: string;
  readonly file: string;
  readonly line: number;
  readonly column: number;
  /** `Cluster data-layer/postgres` */
  readonly object: string;
  readonly message: string;
  /** A unified diff against the text that was read; empty where the change is not one of manifests. */
  readonly change: string;
  readonly documentation: string;
}
