/**
 * Removes transactions that cannot be on a cycle, until none is left or only those between cycles are: Kahn's algorithm
 * (CACM 5(11), 1962), forwards and then backwards. A history without anomalies ends here, in linear time and with eight
 * bytes a transaction and layer.
 */
import { Column, ints } from './column.ts';
import { dependency, Edges, predecessors, successors } from './dependencies.ts';
import type { IsolationLevel } from './levels.ts';
import type { History } from './versions.ts';

/**
 * Which cycles count. `dependencies`: those of ww and wr. `apart`: those without two adjacent rw, which is what snapshot
 * isolation rules out [levels.ts, C]. `all`: every one.
 */
export type CycleRule = 'dependencies' | 'apart' | 'all';
export const cycleRules: Readonly<Record<IsolationLevel, CycleRule>> = {
  'read committed': 'dependencies',
  'repeatable read': 'apart',
  serializable: 'all',
};

/**
 * The transactions that lie on a cycle that counts, or between two of them; empty if there is no such cycle.
 *
 * For `apart` each transaction is two nodes: it is entered on layer 1 by an rw and on layer 0 by a ww or wr, and left by an
 * rw only from layer 0. A cycle through these layers is exactly one without two adjacent rw.
 */
export function betweenCycles(history: History, rule: CycleRule): number[] {
  const { n } = history;
  const left = new Uint8Array(rule === 'apart' ? 2 * n : n).fill(1);
  peelForwards(history, rule, left);
  if (!left.includes(1)) return [];
  peelBackwards(history, rule, left);
  const between: number[] = [];
  for (let t = 0; t < n; t++) if (left[t] === 1 || left[n + t] === 1) between.push(t);
  return between;
}

/** Removes from `left` what no edge leads to, then what only removed nodes lead to, and so on. */
function peelForwards(history: History, rule: CycleRule, left: Uint8Array): void {
  const { n } = history;
  const edges = new Edges();
  const degree = new Int32Array(left.length);
  for (let t = 0; t < n; t++) {
    predecessors(history, t, edges);
    let rw = 0;
    for (let i = 0; i < edges.n; i++) if (edges.type[i] === dependency.rw) rw++;
    const others = edges.n - rw;
    if (rule === 'apart') [degree[t], degree[n + t]] = [2 * others, rw];
    else degree[t] = rule === 'all' ? edges.n : others;
  }
  peel(left, degree, (node, remove) => {
    successors(history, node % n, edges);
    for (let i = 0; i < edges.n; i++) {
      const [other, isRw] = [edges.other[i]!, edges.type[i] === dependency.rw];
      if (!isRw || rule === 'all') remove(other);
      else if (rule === 'apart' && node < n) remove(n + other);
    }
  });
}

/** The same from the other end, among the nodes that are left. */
function peelBackwards(history: History, rule: CycleRule, left: Uint8Array): void {
  const { n } = history;
  const edges = new Edges();
  const degree = new Int32Array(left.length);
  for (let node = 0; node < left.length; node++) {
    if (left[node] === 0) continue;
    successors(history, node % n, edges);
    for (let i = 0; i < edges.n; i++) {
      const [other, isRw] = [edges.other[i]!, edges.type[i] === dependency.rw];
      if (!isRw || rule === 'all') degree[node]! += left[other]!;
      else if (rule === 'apart' && node < n) degree[node]! += left[n + other]!;
    }
  }
  peel(left, degree, (node, remove) => {
    predecessors(history, node % n, edges);
    for (let i = 0; i < edges.n; i++) {
      const [other, isRw] = [edges.other[i]!, edges.type[i] === dependency.rw];
      if (rule !== 'apart') {
        if (!isRw || rule === 'all') remove(other);
      } else if (isRw === node >= n) {
        remove(other);
        if (!isRw) remove(n + other);
      }
    }
  });
}

/**
 * Removes nodes of degree 0 until none is left.
 *
 * @param each calls `remove` with every node whose degree falls by one now that `node` is gone; it must be done with its
 *   edges by then, as `remove` only notes what falls to 0
 */
function peel(
  left: Uint8Array,
  degree: Int32Array,
  each: (node: number, remove: (next: number) => void) => void,
): void {
  const waiting = new Column(ints);
  const remove = (next: number): void => {
    if (left[next] === 0 || --degree[next]! > 0) return;
    left[next] = 0;
    waiting.push(next);
  };
  for (let start = 0; start < left.length; start++) {
    if (left[start] === 0 || degree[start]! > 0) continue;
    left[start] = 0;
    each(start, remove);
    while (waiting.length > 0) each(waiting.pop(), remove);
  }
}
