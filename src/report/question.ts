/** The question of a run as a report shows it: with the parameters that the run had, where its recorded words have others. */
import { percent } from '../faults/says.ts';
import type { Run } from '../journal/run.ts';

/** A share in words, as questions have it. */
const shares: readonly (readonly [words: RegExp, share: number])[] = [
  [/\ba tenth of\b/, 0.1],
  [/\ba fifth of\b/, 0.2],
  [/\ba third of\b/, 1 / 3],
  [/\bhalf of\b/, 0.5],
];

/** What the scenario asks; a share that none of the faults had is replaced by the one they had, where that is one. */
export function questionOf({ header, faults }: Pick<Run, 'header' | 'faults'>): string {
  const { asks } = header.scenario;
  const had = new Set(faults.flatMap(({ parameters }) => parameters?.share ?? []));
  const [share] = had;
  if (had.size !== 1 || typeof share !== 'number') return asks;
  const other = shares.find(([words, one]) => words.test(asks) && Math.abs(one - share) > 0.01);
  return other ? asks.replace(other[0], `${percent(share)} of`).replace(/\b(packets) is\b/, '$1 are') : asks;
}
