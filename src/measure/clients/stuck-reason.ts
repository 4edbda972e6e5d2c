/** Why clients of programs never came back, and the setting to try first: a sentence each. */
import type { Run } from '../../journal/run.ts';
import { counted, few } from '../measured.ts';
import type { Check } from '../verdict.ts';
import { type Advice, adviceFor, inVain, stuckWords } from './advice.ts';
import { programResults } from './programs.ts';

const restart = 'Restart a client that is stuck: it then connects again.';

/** For the limit on `stuckClients`, where it broke. */
export function stuckReason(run: Run, { value, note }: Check): { why: string; advice: string } {
  const all = programResults(run).flatMap((program) =>
    adviceFor(run, program).map((advice) => ({ name: program.client.name, ...advice })),
  );
  const never = `${counted(value ?? 0, 'client')} never came back${note ? ` (${note})` : ''}`;
  const kinds = [...Map.groupBy(all, ({ stuck }) => stuck)].sort(([, a], [, b]) => clientsOf(b) - clientsOf(a));
  if (kinds.length === 0) return { why: `${never}.`, advice: restart };
  const ways = kinds.map(
    ([stuck, some]) => `${few([...new Set(some.map(({ name }) => name))], 3)} ${stuckWords[stuck]}`,
  );
  const vain = kinds.flatMap(([stuck]) => inVain[stuck] ?? []);
  const set = all.flatMap(({ name, ways: [first] }) =>
    first ? [`for ${name} set ${first.snippet} (to try it: --client ${first.trial})`] : [],
  );
  const proposals = set.length > 0 ? ` So that it does not happen again, ${few(set, 3)}.` : '';
  return {
    why: `${never}: ${ways.join('; ')} (last error: ${kinds[0]![1][0]!.error}).`,
    advice: [`${restart}${proposals}`, ...vain].join(' '),
  };
}

const clientsOf = (some: readonly Advice[]): number => some.reduce((sum, { clients }) => sum + clients, 0);
