/** Whether the looks for what was left behind covered everything that the drill could have touched. */
import type { Run } from '../../journal/run.ts';
import { few } from '../measured.ts';
import { isDestroyed } from './ledgers.ts';

/** On the lab a look names every host: `pg1: firewall rules, stopped processes`. */
const hostOf = (entry: string): string | undefined => /^([\w-]+): /.exec(entry)?.[1];

export function traceDoubts(run: Run): string[] {
  const { stack, residues } = run;
  const looks = residues.filter(({ checked }) => checked.length > 0);
  if (!stack || looks.length === 0) return [];
  const hosts = looks.map(({ checked }) => new Set(checked.flatMap((entry) => hostOf(entry) ?? [])));
  const expected = [...stack.poolers, ...(isDestroyed(run) ? [] : stack.instances.map(({ host }) => host))];
  const uncovered = hosts.flatMap((named) => (named.size === 0 ? [] : expected.filter((name) => !named.has(name))));
  const [first, ...others] = looks.map(({ checked }) => checked);
  // Looks of a kind check the same; those of another kind have nothing in common.
  const partly = others.some((other) => {
    const shared = other.filter((entry) => first!.includes(entry)).length;
    return shared > 0 && (shared < other.length || shared < first!.length);
  });
  return [
    ...(uncovered.length > 0 ? [`nobody looked for what was left on ${few([...new Set(uncovered)])}`] : []),
    ...(partly ? ['the looks for what was left behind did not check the same things'] : []),
  ];
}
