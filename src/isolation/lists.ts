/** What the operations of a history read and appended, as numbers again. */
import { operation } from './history.ts';
import type { History } from './versions.ts';

/** The element of an append. */
export const elementOf = ({ at, element }: History, op: number): number =>
  at[op]! >= 0 ? element[at[op]!]! : -1 - at[op]!;

/** How many elements a read returned. */
export const lengthOf = ({ kind, at, key, odd, firstSlot }: History, op: number): number =>
  kind[op] === operation.oddRead ? odd[at[op]!]!.elements.length : at[op]! - firstSlot[key[op]!]!;

/** The i-th element that a read returned. */
export const elementAt = ({ kind, at, key, odd, element, firstSlot }: History, op: number, i: number): number =>
  kind[op] === operation.oddRead ? odd[at[op]!]!.elements[i]! : element[firstSlot[key[op]!]! + 1 + i]!;

export const listOf = (history: History, op: number): number[] =>
  Array.from({ length: lengthOf(history, op) }, (_, i) => elementAt(history, op, i));

/** A transaction as people write it: `T7: append 3 to 12, read 4 as [1 2]`; keys by their names. */
export function written(history: History, t: number): string {
  const { firstOp, kind, key, keyNames } = history;
  const operations = Array.from({ length: firstOp[t + 1]! - firstOp[t]! }, (_, i) => {
    const op = firstOp[t]! + i;
    const name = keyNames[key[op]!]!;
    if (kind[op] === operation.append) return `append ${elementOf(history, op)} to ${name}`;
    if (kind[op] === operation.unread) return `read ${name}`;
    return `read ${name} as ${shortList(listOf(history, op))}`;
  });
  return `T${t}: ${operations.join(', ')}`;
}

const mostShown = 8;

/** `[1 2 3]`; of a long list the end, where reads differ. */
export const shortList = (elements: readonly number[]): string =>
  elements.length > mostShown
    ? `[… ${elements.slice(-mostShown).join(' ')}] (${elements.length} elements)`
    : `[${elements.join(' ')}]`;
