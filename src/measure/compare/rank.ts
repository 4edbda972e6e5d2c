/** A single new run among earlier ones. One run proves no regression; it has a place. */

export interface Place {
  /** 1: the worst. */
  readonly rank: number;
  readonly of: number;
  /** Whether others are equal to it. */
  readonly shared: boolean;
  /** `slowest of 13 drills; by chance 1 in 13` */
  readonly sentence: string;
}

const endings: Readonly<Record<string, string>> = { one: 'st', two: 'nd', few: 'rd', other: 'th' };
const plural = new Intl.PluralRules('en', { type: 'ordinal' });

/**
 * The place of one value among earlier ones; larger is worse.
 * @param words what the two ends are called: `{ worst: 'slowest', best: 'fastest' }`
 */
export function placeAmong(
  value: number,
  earlier: readonly number[],
  words = { worst: 'slowest', best: 'fastest' },
): Place {
  const of = earlier.length + 1;
  const worse = earlier.filter((other) => other > value).length;
  const equal = earlier.filter((other) => other === value).length;
  const rank = worse + 1;
  return { rank, of, shared: equal > 0, sentence: sentenceOf(rank, of, equal, words) };
}

/** With k others no better, that it comes this far up by chance is (k + 1) in n: all orders are equally likely. */
function sentenceOf(rank: number, of: number, equal: number, words: { worst: string; best: string }): string {
  if (of === 1) return 'the first in these circumstances';
  // Among equals nothing has a place: runs without an outage, for example.
  if (equal === of - 1) return `the same as in ${equal === 1 ? 'the earlier drill' : `all ${equal} earlier drills`}`;
  const fromBest = of - rank - equal;
  const [place, word] = rank - 1 <= fromBest ? [rank - 1, words.worst] : [fromBest, words.best];
  const name = place === 0 ? word : `${place + 1}${endings[plural.select(place + 1)]} ${word}`;
  const chance = place + equal + 1;
  const shared = equal > 0 ? `, with ${equal} ${equal === 1 ? 'other' : 'others'}` : '';
  return `${name} of ${of} drills${shared}; by chance ${chance} in ${of}`;
}
