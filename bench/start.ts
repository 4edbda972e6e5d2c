/** How long commands take that only say something: from the call of the program to its end. */
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { Benchmark, Figure } from './benchmark.ts';
import { spread } from './spread.ts';

const program = fileURLToPath(new URL('../scripts/start.mjs', import.meta.url));
const commands = [['--help'], ['list'], ['plan', 'primary-crash']] as const;
const rounds = 9;

async function seconds(argv: readonly string[]): Promise<number> {
  const startedMs = performance.now();
  await promisify(execFile)(process.execPath, argv);
  return (performance.now() - startedMs) / 1000;
}

/** By turns with Node.js alone, so that a busy moment does not fall to one of them. */
export const start: Benchmark = {
  name: 'start',
  measures: `--help, list and plan, wall time of each, ${rounds} rounds by turns with Node.js alone`,
  unavailable: async () => undefined,
  async run() {
    const taken = new Map<string, number[]>();
    const take = async (name: string, argv: readonly string[]) =>
      taken.set(name, [...(taken.get(name) ?? []), await seconds(argv)]);
    // The first call of each fills the compile cache.
    for (const words of commands) await seconds([program, ...words]);
    for (let round = 0; round < rounds; round++) {
      await take('node alone', ['-e', '0']);
      for (const words of commands) await take(words.join(' '), [program, ...words]);
    }
    return [...taken].flatMap(([name, values]): Figure[] =>
      spread(name, 's', values, name === 'node alone' ? {} : { atMost: 0.25 }),
    );
  },
};
