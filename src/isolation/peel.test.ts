import { expect } from 'chai';
import { randomFrom } from '../random.ts';
import { dependency, Edges, successors } from './dependencies.ts';
import { betweenCycles, type CycleRule } from './peel.ts';
import { simulate } from './test-database.ts';
import { recorded, type Transaction } from './test-history.ts';
import { plant } from './test-planted.ts';
import { type History, resolveVersions } from './versions.ts';

/** The same by reachability: a transaction stays if a cycle leads to it and it leads to a cycle. */
function byReachability(history: History, rule: CycleRule): number[] {
  const { n } = history;
  const layers = rule === 'apart' ? 2 : 1;
  const next = Array.from({ length: layers * n }, (_, node) => {
    const edges = new Edges();
    successors(history, node % n, edges);
    return Array.from({ length: edges.n }, (_, i) => i).flatMap((i) => {
      if (edges.type[i] !== dependency.rw || rule === 'all') return [edges.other[i]!];
      return rule === 'apart' && node < n ? [n + edges.other[i]!] : [];
    });
  });
  const reached = next.map((_, node) => {
    const seen = new Set<number>();
    const waiting = [...next[node]!];
    while (waiting.length > 0) {
      const to = waiting.pop()!;
      if (!seen.has(to)) waiting.push(...next[to]!);
      seen.add(to);
    }
    return seen;
  });
  const onCycle = reached.flatMap((seen, node) => (seen.has(node) ? [node] : []));
  const stays = (node: number) =>
    onCycle.some((cycle) => cycle === node || reached[cycle]!.has(node)) &&
    onCycle.some((cycle) => cycle === node || reached[node]!.has(cycle));
  return Array.from({ length: n }, (_, t) => t).filter((t) => stays(t) || (layers === 2 && stays(n + t)));
}

describe('peeling', () => {
  for (const rule of ['dependencies', 'apart', 'all'] as const)
    it(`leaves exactly what lies on cycles or between them (${rule})`, () => {
      let left = 0;
      for (let seed = 0; seed < 150; seed++) {
        const random = randomFrom(seed);
        const sound = {
          level: 'read committed',
          transactions: 30,
          sessions: 6,
          keys: 3,
          lostAnswers: 0.05,
          rollbacks: 0.05,
        } as const;
        const simulated = simulate(random, sound);
        const planted: Transaction[] = [...plant(random, 100, 'G1c'), ...plant(random, 200, 'G-nonadjacent')];
        const history = resolveVersions(recorded([...planted, ...simulated]));
        const between = betweenCycles(history, rule);
        expect(between, `seed ${seed}`).to.deep.equal(byReachability(history, rule));
        left += between.length;
      }
      expect(left).to.be.greaterThan(300);
    });
});
