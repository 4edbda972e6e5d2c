/** The dependencies among a few transactions, kept edge by edge: what is left of a history once everything sound is removed. */
import { Edges, successors } from './dependencies.ts';
import type { History } from './versions.ts';

/** Nodes 0 … n − 1; the edges of node v are the rows [from[v], from[v + 1]). */
export interface Subgraph {
  readonly n: number;
  /** The transaction that a node is. */
  readonly transaction: readonly number[];
  readonly from: Int32Array;
  /** The nodes that an edge joins. */
  readonly source: Int32Array;
  readonly to: Int32Array;
  readonly type: Uint8Array;
  readonly slot: Int32Array;
}

export function subgraphOf(history: History, transactions: readonly number[]): Subgraph {
  const node = new Map(transactions.map((t, v) => [t, v]));
  const edges = new Edges();
  const all = new Edges();
  const from = new Int32Array(transactions.length + 1);
  const sources: number[] = [];
  transactions.forEach((t, v) => {
    successors(history, t, edges);
    for (let i = 0; i < edges.n; i++) {
      const to = node.get(edges.other[i]!);
      if (to === undefined) continue;
      all.add(to, edges.type[i]!, edges.slot[i]!);
      sources.push(v);
    }
    from[v + 1] = all.n;
  });
  const rows = [all.other, all.type, all.slot].map((column) => column.subarray(0, all.n));
  const [to, type, slot] = rows as [Int32Array, Uint8Array, Int32Array];
  return { n: transactions.length, transaction: transactions, from, source: Int32Array.from(sources), to, type, slot };
}

/** Where an edge of `type` leads: a node, or −1 where a rule does not follow it. Nodes may be doubled by layers. */
export type Follow = (node: number, to: number, type: number) => number;

/**
 * Numbers the strongly connected components: Tarjan (SIAM J. Comput. 1(2), 1972), without recursion.
 *
 * @param size how many nodes there are with their layers
 * @returns the component of each node, and how many nodes each component has
 */
export function components(graph: Subgraph, size: number, follow: Follow): { of: Int32Array; sizes: number[] } {
  const of = new Int32Array(size).fill(-1);
  const sizes: number[] = [];
  const [index, low] = [new Int32Array(size), new Int32Array(size)];
  const next = new Int32Array(size);
  const [path, open]: [number[], number[]] = [[], []];
  let count = 0;
  const enter = (node: number) => {
    index[node] = low[node] = ++count;
    next[node] = graph.from[node % graph.n]!;
    path.push(node);
    open.push(node);
  };
  const close = (root: number) => {
    sizes.push(0);
    for (let node = -1; node !== root; ) {
      node = open.pop()!;
      of[node] = sizes.length - 1;
      sizes[sizes.length - 1]!++;
    }
  };
  for (let start = 0; start < size; start++) {
    if (index[start]! > 0) continue;
    enter(start);
    while (path.length > 0) {
      const node = path.at(-1)!;
      if (next[node]! < graph.from[(node % graph.n) + 1]!) {
        const row = next[node]!++;
        const to = follow(node, graph.to[row]!, graph.type[row]!);
        if (to < 0) continue;
        if (index[to] === 0) enter(to);
        else if (of[to]! < 0) low[node] = Math.min(low[node]!, index[to]!);
        continue;
      }
      path.pop();
      if (path.length > 0) low[path.at(-1)!] = Math.min(low[path.at(-1)!]!, low[node]!);
      if (low[node] === index[node]) close(node);
    }
  }
  return { of, sizes };
}

/**
 * The rows of a shortest path, by the number of its edges; undefined where there is none.
 *
 * @param within only nodes of this component are entered
 * @param budget how many edges may still be looked at; falls by those that were
 */
export function shortestPath(
  graph: Subgraph,
  ends: { from: number; to: number },
  follow: Follow,
  within: { of: Int32Array; component: number },
  budget: { edges: number },
): number[] | undefined {
  if (ends.from === ends.to) return [];
  const cameBy = new Map<number, { row: number; before: number }>([[ends.from, { row: -1, before: -1 }]]);
  const queue = [ends.from];
  for (let i = 0; i < queue.length && budget.edges > 0; i++) {
    const node = queue[i]!;
    for (let row = graph.from[node % graph.n]!; row < graph.from[(node % graph.n) + 1]!; row++) {
      budget.edges--;
      const to = follow(node, graph.to[row]!, graph.type[row]!);
      if (to < 0 || within.of[to] !== within.component || cameBy.has(to)) continue;
      cameBy.set(to, { row, before: node });
      if (to === ends.to) return pathTo(to, cameBy);
      queue.push(to);
    }
  }
  return undefined;
}

function pathTo(end: number, cameBy: ReadonlyMap<number, { row: number; before: number }>): number[] {
  const rows: number[] = [];
  for (let step = cameBy.get(end)!; step.row >= 0; step = cameBy.get(step.before)!) rows.unshift(step.row);
  return rows;
}
