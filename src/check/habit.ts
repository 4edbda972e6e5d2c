/** What a rule finds alike at many objects is a habit of the repository: one finding, whose change fixes all of them. */
import type { Edit } from './change/edit.ts';
import type { Note, Placed, Problem } from './finding.ts';

/** From this number of objects on, what a rule finds of each is a habit. */
export const habit = 3;

/** A habit is reported once, at its first object. */
export function together(found: readonly Placed[]): Placed[] {
  const groups = Map.groupBy(found, ({ rule, problem }) =>
    rule.together ? `${rule.id} ${problem.severity ?? ''} ${problem.message}` : '',
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

function habitOf(list: readonly Placed[]): Problem {
  const problems = list.map(({ problem }) => problem);
  const [first, ...rest] = problems as [Problem, ...Problem[]];
  const names = rest.slice(0, 3).map(({ resource }) => resource.name);
  const more = rest.length > names.length ? ' …' : '';
  const kinds = new Set(problems.map(({ resource }) => resource.kind));
  const what = kinds.size === 1 ? `${[...kinds][0]}s` : 'objects';
  const message = `${first.message} The same holds for ${rest.length} more ${what} (${names.join(', ')}${more}).`;
  const { placeholders: _, ...problem } = first;
  return { ...problem, message, change: changeOf(problems) };
}

/** One change for all; none where one of them has none, or a value that the user has to fill in. */
function changeOf(problems: readonly Problem[]): Edit[] {
  if (problems.some(({ change, placeholders }) => change.length === 0 || placeholders)) return [];
  const all = problems.flatMap(({ change }) => change);
  const edits = all.filter((edit, nth) => all.findIndex((other) => isSame(edit, other)) === nth);
  return canApply(edits) ? edits : [];
}

const isSame = (a: Edit, b: Edit): boolean =>
  a.source === b.source && a.start === b.start && a.end === b.end && a.text === b.text;

/** Whether no two edits touch the same text; of those that insert at one place, each file has one. */
function canApply(edits: readonly Edit[]): boolean {
  for (const list of Map.groupBy(edits, ({ source }) => source).values()) {
    const sorted = list.toSorted((a, b) => a.start - b.start || a.end - b.end);
    if (sorted.some((edit, nth) => nth > 0 && edit.start < Math.max(sorted[nth - 1]!.end, sorted[nth - 1]!.start + 1)))
      return false;
  }
  return true;
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
