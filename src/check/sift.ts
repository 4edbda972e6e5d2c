/** From what rules find to what is reported. */
import { isScalar } from 'yaml';
import { acceptedOf, isMeant } from './accept.ts';
import type { Found, Placed, Rule } from './finding.ts';
import { habit } from './habit.ts';
import type { Inventory } from './objects/inventory.ts';
import { withSharedChange } from './shared.ts';
import type { Place } from './text/manifest.ts';
import type { Origin } from './text/source.ts';
import { isTrial, type LeftOut } from './trial.ts';

/**
 * What is reported: not what is accepted, what matters to a trial only in production, or the same place twice.
 * @param isAsked whether the user names the rules: trials are then reported as everything else
 */
export function sifted(all: readonly Found[], inventory: Inventory, isAsked = false) {
  const places = new Map<string, Placed[]>();
  const trials = new Map<string, LeftOut>();
  const explained = new Set<Rule>();
  let accepted = 0;
  for (const { rule, problem } of all) {
    const { resource } = problem;
    const isExplained = isMeant(rule, problem);
    if (isExplained) explained.add(rule);
    if (isExplained || acceptedOf(resource, inventory.ruleIds).some((entry) => entry.rule === rule.id)) {
      accepted++;
      continue;
    }
    const origin = originOf(problem.at);
    // One file in several overlays: what is wrong with it is said once.
    const key = `${rule.id} ${origin.source.file} ${origin.offset}`;
    const isError = (problem.severity ?? rule.severity) === 'error';
    if (rule.onlyInProduction && !isError && !isAsked && isTrial(resource, inventory))
      trials.set(key, { rule, resource });
    else places.set(key, [...(places.get(key) ?? []), { rule, problem, origin }]);
  }
  const found = [...places.values()].map((list) => {
    const problems = list.map(({ problem }) => problem);
    return { ...list[0]!, problem: withSharedChange(problems[0]!, problems, inventory) };
  });
  const rest = found.filter((one) => !(explained.has(one.rule) && isInfo(one) && isHabit(one, found)));
  const choices = isAsked ? [] : rest.filter(({ problem }) => problem.isChoice);
  return {
    found: rest.filter((one) => !choices.includes(one)),
    accepted: accepted + found.length - rest.length,
    trials: [...trials.values()],
    choices,
  };
}

const isInfo = ({ rule, problem }: Found): boolean => (problem.severity ?? rule.severity) === 'info';

/** A choice that is the same at many objects, and that the owner explains at one, is known for the others. */
const isHabit = ({ rule }: Found, found: readonly Found[]): boolean =>
  rule.together === true && found.filter((other) => other.rule === rule).length >= habit;

/** Where a place is in the files: for what a template writes, the value where it comes from one of the values. */
function originOf({ manifest: { source }, node, offset }: Place): Origin {
  if (!source.from) return { source, offset };
  const range = isScalar(node) ? node.range : undefined;
  return (range && source.from.valueIn(range[0], range[1])) ?? source.from.originOf(offset);
}
