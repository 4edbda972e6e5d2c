/** What a rule is and what it finds. */
import type { Edit } from './change/edit.ts';
import type { Inventory } from './objects/inventory.ts';
import type { Resource } from './objects/resource.ts';
import type { Place } from './text/manifest.ts';
import type { Origin } from './text/source.ts';

/** `error`: it does not work, or loses data, as written. `warning`: it hurts in a failover. `info`: worth knowing. */
export const severities = ['error', 'warning', 'info'] as const;
export type Severity = (typeof severities)[number];

/** One rule a file, registered in `rules/all.ts`. */
export interface Rule {
  /** Stable: lower case words joined by `-`; users name it in annotations and CI. */
  readonly id: string;
  readonly severity: Severity;
  /** What is wrong, in a few words. */
  readonly title: string;
  /** The page that documents the setting. */
  readonly documentation: string;
  /** For the rule's own page: what happens and when, and when to accept it. */
  readonly explanation: string;
  /** Manifests in which the rule finds something. */
  readonly bad: string;
  /** Manifests in which it finds nothing; left out: `bad` with the rule's change made. */
  readonly good?: string;
  /** The first release of CloudNativePG that it holds for, and the first that it no longer holds for: `1.27`. */
  readonly since?: string;
  readonly until?: string;
  /** Whether it says that an object is missing elsewhere: it is silent where only single files are known. */
  readonly claimsAbsence?: true;
  /** Whether it is about what matters in production: of clusters that are examples or trials by their names, only errors are. */
  readonly onlyInProduction?: true;
  /** Whether many objects alike are a habit of the repository, and so one finding. */
  readonly together?: true;
  /**
   * What a comment says where the owner means it, so that the finding is accepted: a comment at the place (`here`), or any
   * comment of the manifest (`anywhere`).
   */
  readonly meant?: { readonly here?: RegExp; readonly anywhere?: RegExp };
  /** What the project has measured of the harm, with where. */
  readonly measured?: string;
  /** The scenario that proves the harm. */
  readonly drill?: string;
  /** The setting with which the same drill shows that the change helps: `server_login_retry=1`. */
  readonly with?: string;
  check(inventory: Inventory): Iterable<Problem>;
}

/** What a rule found, before it has a line number and a diff. */
export interface Problem {
  readonly resource: Resource;
  readonly at: Place;
  /** What happens and when, in one or two sentences. */
  readonly message: string;
  /** The change that fixes it; empty where it is not one of manifests. */
  readonly change: readonly Edit[];
  /** Where it is less, or more, than the rule's own. */
  readonly severity?: Severity;
  /** Values of the change that the user has to replace, such as a bucket. */
  readonly placeholders?: readonly string[];
  /** What it has in common with the findings of other objects, where the message names more than that; default: the message. */
  readonly alike?: string;
  /** Whether so many objects are alike that it is a choice: a note counts them, and the finding is left out. */
  readonly isChoice?: true;
}

/** A problem with the rule that found it. */
export interface Found {
  readonly rule: Rule;
  readonly problem: Problem;
}

/** With the place in a file that is reported. */
export interface Placed extends Found {
  readonly origin: Origin;
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
  /** The kustomization in which the object has this fault, where one builds it. */
  readonly builtBy?: string;
  readonly message: string;
  /** A digest of the values that it is about (`factsOf`), for baselines. */
  readonly facts?: string;
  /** A unified diff against the text that was read; empty where the change is not one of manifests. */
  readonly change: string;
  readonly placeholders?: readonly string[];
  readonly documentation: string;
  /** The command that proves the harm on a cluster of your own. */
  readonly drill?: string;
}

/** Something the user should know that is not a fault of the manifests. */
export interface Note {
  readonly file: string;
  readonly text: string;
}
