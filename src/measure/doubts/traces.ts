/** Whether the looks for what was left behind covered everything that the drill could have touched. */
import type { Run } from '../../journal/run.ts';
import { few } from '../measured.ts';
import { isDestroyed } from './ledgers.ts';

/** Network namespaces, processes in them, folders. */
const leastOutside = 2;

export function traceDoubts(run: Run): string[] {
  const { stack, residues } = run;
  const looks = residues.filter(({ checked }) => checked.length > 0);
  if (!stack || looks.length === 0) return [];
  const hosts = looks.map((look) => new Set(look.hosts));
  const expected = [...stack.poolers, ...(isDestroyed(run) ? [] : stack.instances.map(({ host }) => host))];
  const uncovered = hosts.flatMap((named) => (named.size === 0 ? [] : expected.filter((name) => !named.has(name))));
  const [first, last] = [looks[0]!.checked, looks.at(-1)!.checked];
  // On the lab the hosts are looked at from inside, and the machine once they are gone; a shared one stays.
  const isLab = run.header.stack === 'lab';
  const inside = looks.some((look) => (look.hosts?.length ?? 0) > 0);
  const outside = (looks.at(-1)!.hosts?.length ?? 0) === 0 && last.length >= leastOutside;
  // A shared stack is open at both looks: the last one, from outside, leaves out no part of the first.
  const partly = stack.shared === true && first.some((entry) => !last.includes(entry));
  return [
    ...(isLab && !inside ? ['nobody looked for what was left on the hosts'] : []),
    ...(isLab && !stack.shared && !outside ? ['nobody looked for what was left on the machine'] : []),
    ...(uncovered.length > 0 ? [`nobody looked for what was left on ${few([...new Set(uncovered)])}`] : []),
    ...(partly ? ['the last look for what was left behind left out a part of the first'] : []),
  ];
}
