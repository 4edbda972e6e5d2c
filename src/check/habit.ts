/** What a rule finds alike at many objects is a habit of the repository: one finding, whose change fixes all of them. */
import type { Edit } from './change/edit.ts';
import { joined } from './change/joined.ts';
import type { Note, Placed, Problem } from './finding.ts';

/** From this number of objects on, what a rule finds of each is a habit. */
export const habit = 3;

/** A habit is reported once, at its first object. */
export function together(found: readonly Placed[]): Placed[] {
  const groups = Map.groupBy(found, ({ rule, problem }) =>
    rule.together ? `${rule.id} ${problem.severity ?? ''} ${problem.alike ?? problem.message}` : '',
  );
  groups.delete('');
  const habits = new Map(
    [...groups.values()]
      .filter((list) => list.length >= habit)
      .flatMap((list) => list.map((one) => [one, list] as const)),
  );
  return found.flatMap((one) => {
    const list = habits.get(one);
    if (!list) return [one];
    return one === list[0] ? [{ ...one, problem: habitOf(list) }] : [];
  });
}

/** One change for all; none where one of them has none, or a value that the user has to fill in. */
export const changeOfAll = (problems: readonly Problem[]): readonly Edit[] =>
  problems.some(({ change, placeholders }) => change.length === 0 || placeholders)
    ? []
    : joined(problems.flatMap(({ change }) => change));

function habitOf(list: readonly Placed[]): Problem {
  const problems = list.map(({ problem }) => problem);
  const [first, ...rest] = problems as [Problem, ...Problem[]];
  const names = rest.slice(0, 3).map(({ resource }) => resource.name);
  const more = rest.length > names.length ? ' …' : '';
  const kinds = new Set(problems.map(({ resource }) => resource.kind));
  const what = kinds.size === 1 ? `${[...kinds][0]}s` : 'objects';
  const message = `${first.message} The same holds for ${rest.length} more ${what} (${names.join(', ')}${more}).`;
  const { placeholders: _, ...problem } = first;
  return { ...problem, message, change: changeOfAll(problems) };
}

/** A choice that many objects share is counted, and not reported: one note a rule. */
export function choiceNotes(choices: readonly Placed[]): Note[] {
  return [...Map.groupBy(choices, ({ rule }) => rule)].map(([rule, list]) => {
    const [first, ...rest] = list.map(({ problem }) => problem.resource.title);
    const others = rest.length > 0 ? ` and ${rest.length} more` : '';
    return {
      file: list[0]!.origin.source.file,
      text: `${first}${others}: ${rule.id} not reported, as it is the same at so many of them (--rule ${rule.id} reports it)`,
    };
  });
}
