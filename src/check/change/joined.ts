/** Changes of several findings as one. */
import type { Edit } from './edit.ts';

/** @returns each edit once; none where two of them touch the same text, or insert at one place */
export function joined(all: readonly Edit[]): Edit[] {
  const edits = all.filter((edit, nth) => all.findIndex((other) => isSame(edit, other)) === nth);
  return canApply(edits) ? edits : [];
}

const isSame = (a: Edit, b: Edit): boolean =>
  a.source === b.source && a.start === b.start && a.end === b.end && a.text === b.text;

function canApply(edits: readonly Edit[]): boolean {
  for (const list of Map.groupBy(edits, ({ source }) => source).values()) {
    const sorted = list.toSorted((a, b) => a.start - b.start || a.end - b.end);
    if (sorted.some((edit, nth) => nth > 0 && edit.start < Math.max(sorted[nth - 1]!.end, sorted[nth - 1]!.start + 1)))
      return false;
  }
  return true;
}
