/** From what rules find to what is reported. */
import { isScalar } from 'yaml';
import { acceptedOf, isMeant } from './accept.ts';
import type { Problem, Rule } from './finding.ts';
import type { Inventory } from './objects/inventory.ts';
import type { Resource } from './objects/resource.ts';
import type { Place } from './text/manifest.ts';
import type { Origin } from './text/source.ts';
import { isTrial } from './trial.ts';

export interface Found {
  readonly rule: Rule;
  readonly problem: Problem;
}

export interface Placed extends Found {
  readonly origin: Origin;
}

/** What is reported: not what is accepted, what matters to a trial only in production, or the same place twice. */
export function sifted(all: readonly Found[], inventory: Inventory) {
  const seen = new Set<string>();
  const found: Placed[] = [];
  const trials: Resource[] = [];
  let accepted = 0;
  for (const { rule, problem } of all) {
    const { resource } = problem;
    if (acceptedOf(resource, inventory.ruleIds).some((entry) => entry.rule === rule.id) || isMeant(rule, problem)) {
      accepted++;
      continue;
    }
    const origin = originOf(problem.at);
    // One file in several overlays: what is wrong with it is said once.
    const key = `${rule.id} ${origin.source.file} ${origin.offset}`;
    if (seen.has(key)) continue;
    seen.add(key);
    const isError = (problem.severity ?? rule.severity) === 'error';
    if (rule.onlyInProduction && !isError && isTrial(resource, inventory)) trials.push(resource);
    else found.push({ rule, problem, origin });
  }
  return { found, accepted, trials };
}

/** From this number of objects on, what a rule finds of each is a habit. */
const habit = 3;

/** A habit is reported once, at its first object. */
export function together(found: readonly Placed[]): Placed[] {
  const groups = Map.groupBy(
    found.filter(({ rule }) => rule.together),
    ({ rule }) => rule,
  );
  const first = new Map([...groups].filter(([, list]) => list.length >= habit).map(([rule, list]) => [rule, list]));
  return found.flatMap((one) => {
    const list = first.get(one.rule);
    if (!list) return [one];
    return one === list[0] ? [{ ...one, problem: habitOf(list) }] : [];
  });
}

function habitOf(list: readonly Placed[]): Problem {
  const [first, ...rest] = list.map(({ problem }) => problem) as [Problem, ...Problem[]];
  const names = rest.slice(0, 3).map(({ resource }) => resource.name);
  const more = rest.length > names.length ? ' …' : '';
  const message = `${first.message} The same holds for ${rest.length} more Clusters (${names.join(', ')}${more}).`;
  const { placeholders: _, ...problem } = first;
  return { ...problem, message, change: [] };
}

/** Where a place is in the files: for what a template writes, the value where it comes from one of the values. */
function originOf({ manifest: { source }, node, offset }: Place): Origin {
  if (!source.from) return { source, offset };
  const range = isScalar(node) ? node.range : undefined;
  return (range && source.from.valueIn(range[0], range[1])) ?? source.from.originOf(offset);
}
