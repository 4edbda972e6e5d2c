/** What a rule says of one object in the same words at several places is one finding. */
import { counted, listed } from '../measure/measured.ts';
import type { Placed, Problem } from './finding.ts';
import { changeOfAll } from './habit.ts';
import { positionIn } from './text/source.ts';

/**
 * The same field at several items of a list, one Cluster in several files or kustomizations: said once, at the first place,
 * with a change for all of them.
 */
export function saidOnce(found: readonly Placed[]): Placed[] {
  const byObject = Map.groupBy(found, ({ rule, problem: { resource } }) => `${rule.id} ${resource.title}`);
  return [...byObject.values()].flatMap((list) => {
    if (list.length === 1) return list;
    const groups = Map.groupBy(list, ({ problem: { severity, message } }) => `${severity} ${message}`);
    return [...groups.values()].map((same) => (same.length === 1 ? same[0]! : { ...same[0]!, problem: onceOf(same) }));
  });
}

function onceOf(list: readonly Placed[]): Problem {
  const { placeholders: _, ...problem } = list[0]!.problem;
  const message = `${problem.message} The same holds ${someOf(placesOf(list))}.`;
  return {
    ...problem,
    message,
    alike: problem.alike ?? problem.message,
    change: changeOfAll(list.map((one) => one.problem)),
  };
}

/** `on line 61`, `in other.yaml`. */
function placesOf([first, ...rest]: readonly Placed[]): string[] {
  const { source } = first!.origin;
  const lines = rest
    .filter(({ origin }) => origin.source === source)
    .map(({ origin }) => `on line ${positionIn(source, origin.offset).line}`);
  const files = rest.filter(({ origin }) => origin.source !== source).map(({ origin }) => `in ${origin.source.file}`);
  return [...new Set([...lines, ...files])];
}

const most = 4;

function someOf(places: readonly string[]): string {
  if (places.length > most)
    return `${places.slice(0, most).join(', ')} and at ${counted(places.length - most, 'more place')}`;
  return listed(places);
}
