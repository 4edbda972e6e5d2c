/** How long journals are judged and reported, and how much memory that takes. */
import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { Benchmark, Figure } from './benchmark.ts';
import type { Took } from './judge-and-report.ts';
import { writeLongJournal } from './long-journal.ts';

const child = fileURLToPath(new URL('./judge-and-report.ts', import.meta.url));

async function reported(operations: number): Promise<Took> {
  const folder = await mkdtemp(join(tmpdir(), 'pgdrill-bench-'));
  try {
    const journal = join(folder, 'run.ndjson');
    await writeLongJournal(journal, operations);
    const { stdout } = await promisify(execFile)(process.execPath, [child, journal, join(folder, 'report.html')]);
    return JSON.parse(stdout) as Took;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Start of the program included. */
export const report: Benchmark = {
  name: 'report',
  measures: 'time and memory to judge a journal of 1,000,000 operations, and to make the report of one of 10,000,000',
  unavailable: async () => undefined,
  async run() {
    const small = await reported(1_000_000);
    const large = await reported(10_000_000);
    const figures: Figure[] = [
      { name: '1,000,000 judged', value: small.judgedSeconds, unit: 's', atMost: 5 },
      { name: '1,000,000 judged, memory', value: small.judgedBytes / 1e6, unit: 'MB', atMost: 500 },
      { name: '10,000,000 reported', value: large.seconds, unit: 's', atMost: 30 },
      { name: '10,000,000 reported, memory', value: large.bytes / 1e6, unit: 'MB', atMost: 1000 },
      { name: 'size of that report', value: large.pageBytes / 1e6, unit: 'MB', atMost: 2 },
    ];
    return figures;
  },
};
