/** Small parts of synthetic journals: words by their index, keys as ranges, lines at another time. */
import type { EventOf } from './event.ts';

/** Words as indexes into their list; −1 for none. */
export function indexed(words: readonly (string | undefined)[]): [number[], string[]] {
  const list = [...new Set(words.filter((word) => word !== undefined))];
  return [words.map((word) => (word === undefined ? -1 : list.indexOf(word))), list];
}

/** Keys [worker, op] as ranges of op numbers a worker. */
export function rangesOf(keys: readonly (readonly [number, number])[]): EventOf<'ledger'>['workers'] {
  const workers: EventOf<'ledger'>['workers'] = {};
  for (const [worker, op] of [...keys].sort((a, b) => a[0] - b[0] || a[1] - b[1])) {
    const ranges = (workers[worker] ??= []);
    const last = ranges.at(-1);
    if (last && last[1] === op - 1) last[1] = op;
    else ranges.push([op, op]);
  }
  return workers;
}

/** Fields that are times of the run's clock, in any line. */
const timeFields = ['tUs', 'baseUs', 'fromUs', 'untilUs', 'beforeUs', 'afterUs', 'atUs'] as const;

export function shifted<E extends object>(event: E, byUs: number): E {
  const copy = { ...event } as Record<string, unknown>;
  for (const field of timeFields) if (typeof copy[field] === 'number') copy[field] = copy[field] + byUs;
  return copy as E;
}
