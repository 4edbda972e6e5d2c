/** How fast histories of list-append transactions are judged, and in how much memory. */
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { IsolationLevel } from '../src/isolation/levels.ts';
import { quantile } from '../src/measure/stats.ts';
import type { Benchmark, Figure } from './benchmark.ts';
import type { Took } from './judge-isolation.ts';

const child = fileURLToPath(new URL('./judge-isolation.ts', import.meta.url));
const rounds = 5;

async function judged(transactions: number, level: IsolationLevel): Promise<Took> {
  const { stdout } = await promisify(execFile)(process.execPath, [child, String(transactions), level]);
  return JSON.parse(stdout) as Took;
}
const perSecond = ({ transactions, recordSeconds, judgeSeconds }: Took): number =>
  transactions / (recordSeconds + judgeSeconds);

/** Handing over the columns counts, making the history does not; the memory is that of the whole process. */
export const isolation: Benchmark = {
  name: 'isolation',
  measures: `transactions judged a second, ${rounds} histories of 1,000,000 a level, and the memory for 10,000,000`,
  unavailable: async () => undefined,
  async run() {
    const figures: Figure[] = [];
    for (const level of ['read committed', 'repeatable read', 'serializable'] as const) {
      const rates: number[] = [];
      for (let round = 0; round < rounds; round++) rates.push(perSecond(await judged(1_000_000, level)));
      figures.push(
        { name: `${level}, median`, value: quantile(rates, 0.5), unit: '/s', atLeast: 300_000 },
        { name: `${level}, slowest`, value: Math.min(...rates), unit: '/s' },
        { name: `${level}, fastest`, value: Math.max(...rates), unit: '/s' },
      );
    }
    // Repeatable read needs the most: two nodes a transaction.
    const large = await judged(10_000_000, 'repeatable read');
    return [
      ...figures,
      { name: '10,000,000, repeatable read', value: perSecond(large), unit: '/s', atLeast: 300_000 },
      { name: '10,000,000, memory', value: large.bytes / 1e6, unit: 'MB', atMost: 1000 },
    ];
  },
};
