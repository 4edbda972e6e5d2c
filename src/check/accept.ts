/** Findings that their owner accepts: by an annotation on the object, or by a comment that says that it is meant. */
import { closest, distance } from 'fastest-levenshtein';
import type { Problem, Rule } from './finding.ts';
import type { Resource } from './objects/resource.ts';
import { commentsAt, commentsOfDocument } from './text/comments.ts';

/** `rule`, or `rule=reason`, separated by commas or semicolons. */
export const acceptAnnotation = 'pgdrill.dev/accept';

export interface Accepted {
  readonly rule: string;
  readonly reason: string | undefined;
}

/** @param known the ids of all rules: a word behind a reason that is not one of them belongs to the reason */
export function acceptedIn(text: string, known: ReadonlySet<string>): Accepted[] {
  const accepted: { rule: string; reason: string | undefined }[] = [];
  for (const part of text.split(/[,;\n]/)) {
    const [word, ...reason] = part.split('=');
    const rule = word!.trim();
    const last = accepted.at(-1);
    if (rule === '') continue;
    const isRule =
      last?.reason === undefined ||
      known.has(rule) ||
      (reason.length > 0 && !/\s/.test(rule)) ||
      isMisspelt(rule, known);
    if (isRule) accepted.push({ rule, reason: reason.length > 0 ? reason.join('=').trim() : undefined });
    else last.reason += `, ${part.trim()}`;
  }
  return accepted;
}

/** One word with hyphens that is nearly a rule. */
const isMisspelt = (word: string, known: ReadonlySet<string>): boolean =>
  /^[a-z]+(?:-[a-z]+)+$/.test(word) && distance(word, closest(word, [...known])) <= 3;

/** What the annotation of an object accepts. */
export function acceptedOf(resource: Resource, known: ReadonlySet<string>): Accepted[] {
  const text = resource.reference('metadata', 'annotations', acceptAnnotation);
  return text === undefined ? [] : acceptedIn(text, known);
}

/** Whether a comment says that what the rule found is meant. */
export function isMeant({ meant }: Rule, { at, resource }: Problem): boolean {
  if (meant?.here?.test(commentsAt(at))) return true;
  // The values of a chart are about much more than the Cluster among them.
  return meant?.anywhere?.test(resource.isExpanded ? commentsAt(at) : commentsOfDocument(at)) === true;
}
