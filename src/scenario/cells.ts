/** The cells of a plan of runs, and the order in which they are made. */
import { createHash } from 'node:crypto';
import { randomFrom } from '../random.ts';

/** What is different in a run from the others: a value a factor. */
export type Levels = Readonly<Record<string, string>>;

export interface Cell {
  /** `3-pool_mode=session,fault=crash`: its block and its levels. */
  readonly id: string;
  readonly block: number;
  readonly levels: Levels;
}

/** All combinations of the factors' values. */
export function combinations(factors: Readonly<Record<string, readonly string[]>>): Levels[] {
  return Object.entries(factors).reduce<Levels[]>(
    (some, [factor, values]) => some.flatMap((levels) => values.map((value) => ({ ...levels, [factor]: value }))),
    [{}],
  );
}

/**
 * Blocks one after another; each holds every combination with that many repeats once, in a random order that the seed
 * decides. Whatever drifts with time meets all combinations alike, and a plan that stops after a block is balanced. Within
 * a block those that agree in the last factor come together, so that a plan that stops anywhere has most of its pairs.
 */
export function planCells(all: readonly Levels[], repeatsOf: (levels: Levels) => number, seed: number): Cell[] {
  const random = randomFrom(seed);
  const blocks = Math.max(0, ...all.map(repeatsOf));
  return Array.from({ length: blocks }, (_, index) => index + 1).flatMap((block) => {
    const due = all.filter((levels) => repeatsOf(levels) >= block).map((levels) => ({ levels, key: random() }));
    const groups = [...Map.groupBy(due, ({ levels }) => Object.values(levels).at(-1))].map(([, some]) => ({
      some: some.sort((a, b) => a.key - b.key),
      key: random(),
    }));
    const ordered = groups.sort((a, b) => a.key - b.key).flatMap(({ some }) => some);
    return ordered.map(({ levels }) => ({ id: idOf(block, levels), block, levels }));
  });
}

/** The levels in the id of a cell of factors whose names and values hold no comma and no `=`. */
export const levelsOf = (id: string): Levels =>
  Object.fromEntries(
    id
      .slice(id.indexOf('-') + 1)
      .split(',')
      .map((word) => word.split('=')),
  );

const idOf = (block: number, levels: Levels): string =>
  `${block}-${Object.entries(levels)
    .map(([factor, value]) => `${factor}=${value}`)
    .join(',')}`;

/** What identifies a plan: with another the runs made so far are of no use. */
export const hashOf = (plan: unknown): string =>
  createHash('sha256').update(JSON.stringify(plan)).digest('hex').slice(0, 16);
