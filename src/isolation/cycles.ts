/** Cycles of dependencies, one short witness for each tangle of transactions, named after the gravest kind it shows. */
import { dependency } from './dependencies.ts';
import { type Anomaly, type Dependency, type Findings, pairOf } from './finding.ts';
import { type AnomalyName, type IsolationLevel, rulesOut } from './levels.ts';
import { betweenCycles, cycleRules } from './peel.ts';
import { components, type Follow, type Subgraph, shortestPath, subgraphOf } from './subgraph.ts';
import { type History, initial, keyOfSlot } from './versions.ts';

const { ww, rw } = dependency;

/** Edges looked at in the search for the shortest cycle of one tangle; past that the shortest so far stands. */
const mostEdges = 2_000_000;

/** One search: which edges a cycle may take, which kind of edge it must have, and what such a cycle is. */
interface Search {
  readonly needs: number;
  /** Whether the nodes are doubled: `n + v` is transaction v as entered by an rw. */
  readonly layers: boolean;
  readonly follow: (n: number) => Follow;
  /** Tried before `follow`, for a graver kind within the same components. */
  readonly first?: (n: number) => Follow;
  name(types: readonly number[]): AnomalyName | undefined;
}

const searches: readonly Search[] = [
  { needs: ww, layers: false, follow: () => (_, to, type) => (type === ww ? to : -1), name: () => 'G0' },
  {
    needs: dependency.wr,
    layers: false,
    follow: () => (_, to, type) => (type === rw ? -1 : to),
    name: () => 'G1c',
  },
  {
    needs: rw,
    layers: true,
    follow: (n) => (node, to, type) => (type !== rw ? to : node < n ? n + to : -1),
    first: () => (_, to, type) => (type === rw ? -1 : to),
    name: nameApart,
  },
  {
    needs: rw,
    layers: false,
    follow: () => (_, to) => to,
    name: (types) => (hasAdjacent(types) ? 'G2-item' : undefined),
  },
];

/** Adds the cycles that the level rules out. Transactions in `explained` pairs are left out as cycles of those two. */
export function checkCycles(
  history: History,
  level: IsolationLevel,
  found: Findings,
  explained: ReadonlySet<string>,
): void {
  const between = betweenCycles(history, cycleRules[level]);
  if (between.length === 0) return;
  const graph = subgraphOf(history, between);
  const reported = new Set<number>();
  for (const search of searches)
    for (const cycle of cyclesOf(graph, search, reported)) {
      const anomaly = anomalyOf(history, graph, cycle);
      if (!rulesOut(level, anomaly.name)) continue;
      for (const row of cycle.rows) reported.add(graph.source[row]!);
      if (!explained.has(pairOf(anomaly.transactions))) found.add(anomaly);
    }
}
interface Cycle {
  readonly name: AnomalyName;
  /** Rows of the graph's edges, each from where the one before leads to. */
  readonly rows: readonly number[];
}

function* cyclesOf(graph: Subgraph, search: Search, reported: ReadonlySet<number>): Generator<Cycle> {
  const size = search.layers ? 2 * graph.n : graph.n;
  const { of } = components(graph, size, search.follow(graph.n));
  const explained = new Set([...reported].flatMap((v) => [of[v]!, ...(search.layers ? [of[graph.n + v]!] : [])]));
  const starts = Map.groupBy(rowsWithin(graph, search, of), (row) => of[graph.source[row]!]!);
  for (const [component, rows] of starts) {
    if (explained.has(component)) continue;
    const within = { of, component };
    const first = search.first && shortestCycle(graph, { ...search, follow: search.first }, rows, within);
    const cycle = first ?? shortestCycle(graph, search, rows, within);
    if (cycle) yield cycle;
  }
}

/** Edges of the kind that a cycle needs whose ends are in one component. */
function rowsWithin(graph: Subgraph, { needs, follow }: Search, of: Int32Array): number[] {
  const step = follow(graph.n);
  const rows: number[] = [];
  for (let row = 0; row < graph.to.length; row++) {
    if (graph.type[row] !== needs) continue;
    const to = step(graph.source[row]!, graph.to[row]!, needs);
    if (to >= 0 && of[to] === of[graph.source[row]!]) rows.push(row);
  }
  return rows;
}

function shortestCycle(
  graph: Subgraph,
  { follow, layers, name }: Search,
  rows: readonly number[],
  within: { of: Int32Array; component: number },
): Cycle | undefined {
  const budget = { edges: mostEdges };
  let best: Cycle | undefined;
  for (const row of rows) {
    const from = graph.to[row]! + (layers ? graph.n : 0);
    const path = shortestPath(graph, { from, to: graph.source[row]! }, follow(graph.n), within, budget);
    if (!path || (best && best.rows.length <= path.length + 1)) continue;
    const types = [row, ...path].map((edge) => graph.type[edge]!);
    const called = name(types);
    if (called) best = { name: called, rows: [row, ...path] };
    if (best?.rows.length === 2) break;
  }
  return best;
}

/** The name of a cycle without two adjacent rw. */
function nameApart(types: readonly number[]): AnomalyName {
  const count = types.filter((type) => type === rw).length;
  if (count === 1) return 'G-single';
  const isFork = types.length === 4 && count === 2 && types.every((type) => type !== ww);
  return isFork ? 'long-fork' : 'G-nonadjacent';
}
const hasAdjacent = (types: readonly number[]): boolean =>
  types.some((type, i) => type === rw && types[(i + 1) % types.length] === rw);

const typeNames = { 1: 'ww', 2: 'wr', 4: 'rw' } as const;

function anomalyOf(history: History, graph: Subgraph, { name, rows }: Cycle): Anomaly {
  const dependencies = rows.map((row): Dependency => {
    const slot = graph.slot[row]!;
    return {
      from: graph.transaction[graph.source[row]!]!,
      to: graph.transaction[graph.to[row]!]!,
      type: typeNames[graph.type[row] as 1 | 2 | 4],
      key: history.keyNames[keyOfSlot(history, slot)]!,
      ...(history.writer[slot] === initial ? {} : { element: history.element[slot]! }),
    };
  });
  const text = dependencies.map(explain).join('; ');
  return { name, transactions: dependencies.map(({ from }) => from), dependencies, text };
}

function explain({ from, to, type, key, element }: Dependency): string {
  if (type === 'ww') return `T${to} appended ${element} to key ${key} after T${from} had appended to it`;
  if (type === 'wr') return `T${to} read ${element} in key ${key}, which T${from} had appended`;
  return `T${from} did not see ${element} in key ${key}, which T${to} appended`;
}
