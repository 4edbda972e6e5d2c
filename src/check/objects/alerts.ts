/** The expressions of PrometheusRules. */
import { isScalar } from 'yaml';
import { type Place, placeAtOffset } from '../text/manifest.ts';
import { textOf } from '../text/nodes.ts';
import type { Inventory } from './inventory.ts';
import type { Resource } from './resource.ts';

export interface Expression {
  readonly resource: Resource;
  readonly place: Place;
  readonly text: string;
  /** Whether a recording rule holds it, and no alert. */
  readonly isRecorded: boolean;
}

/** Every `expr` of the PrometheusRules of the inventory. */
export function expressionsOf(inventory: Inventory): Expression[] {
  return inventory.once('expressions', () =>
    rulesIn(inventory).flatMap(({ resource, rule }) => {
      const place = rule.manifest.within(rule.node, 'expr');
      const text = textOf(place?.node);
      return place && text !== undefined ? [{ resource, place, text, isRecorded: isRecording(rule) }] : [];
    }),
  );
}

/** Names that recording rules of the inventory define. */
export function recordedNames(inventory: Inventory): Set<string> {
  const names = rulesIn(inventory).map(({ rule }) => textOf(rule.manifest.within(rule.node, 'record')?.node));
  return new Set(names.filter((name) => name !== undefined));
}

const isRecording = (rule: Place): boolean => rule.manifest.within(rule.node, 'record') !== undefined;

function rulesIn(inventory: Inventory): { resource: Resource; rule: Place }[] {
  return inventory.of('PrometheusRule').flatMap((resource) =>
    resource
      .items('spec', 'groups')
      .flatMap((group) => group.manifest.itemsOf(group.manifest.within(group.node, 'rules')?.node))
      .map((rule) => ({ resource, rule })),
  );
}

/** The place of the `nth` mention of a word in an expression, as it stands in the text. */
export function placeOfWord({ place }: Expression, word: string, nth: number): Place {
  const range = isScalar(place.node) ? place.node.range : undefined;
  if (!range) return place;
  const raw = place.manifest.source.text.slice(range[0], range[1]);
  const match = [...raw.matchAll(new RegExp(`\\b${word}\\b`, 'g'))][nth];
  return match ? placeAtOffset(place, range[0] + match.index) : place;
}
