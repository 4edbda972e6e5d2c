import { didYouMean } from '../../errors.ts';
import { acceptAnnotation, acceptedIn } from '../accept.ts';
import { cnpg } from '../documentation.ts';
import { cluster } from '../example.ts';
import type { Rule } from '../finding.ts';

/** A misspelt name in the annotation accepts nothing, and nobody notices. */
export const acceptUnknown: Rule = {
  id: 'accept-unknown',
  severity: 'warning',
  title: 'annotation accepts a rule that does not exist',
  documentation: cnpg('labels_annotations', 'predefined-annotations'),
  explanation:
    '`pgdrill.dev/accept` names the rules whose findings on the object are accepted, each with a reason if you like: ' +
    '`single-instance=development only, wal-archive-missing`. A name that is not a rule has no effect.',
  bad: cluster('instances: 1', 'annotations:\n  pgdrill.dev/accept: single-instanse'),
  good: cluster('instances: 1', 'annotations:\n  pgdrill.dev/accept: single-instance=development only'),
  *check(inventory) {
    const known = inventory.ruleIds;
    for (const resource of inventory.resources) {
      const at = resource.at('metadata', 'annotations', acceptAnnotation);
      const text = resource.reference('metadata', 'annotations', acceptAnnotation);
      if (!at || text === undefined) continue;
      for (const { rule } of acceptedIn(text, known))
        if (!known.has(rule))
          yield {
            resource,
            at,
            message: `${acceptAnnotation} names no rule ${rule}${hint(rule, known)}: it accepts nothing.`,
            change: [],
          };
    }
  },
};

function hint(rule: string, known: ReadonlySet<string>): string {
  const near = didYouMean(rule, [...known]);
  return near.startsWith(' (') ? near : '';
}
