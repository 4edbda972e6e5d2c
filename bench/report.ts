/** How long journals are judged and reported, and how much memory that takes. */
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { chromium } from 'playwright-core';
import type { Benchmark, Figure } from './benchmark.ts';
import type { Took } from './judge-and-report.ts';
import { writeLongJournal } from './long-journal.ts';

const child = fileURLToPath(new URL('./judge-and-report.ts', import.meta.url));

const executablePath = '/usr/bin/chromium';

/** How long a browser takes to show the page, s. */
async function openingSeconds(page: string): Promise<number> {
  const browser = await chromium.launch({ executablePath, args: ['--headless', '--no-sandbox'] });
  try {
    const tab = await browser.newPage();
    await tab.goto('about:blank');
    const startedMs = performance.now();
    await tab.goto(pathToFileURL(page).href, { waitUntil: 'load' });
    return (performance.now() - startedMs) / 1000;
  } finally {
    await browser.close();
  }
}

interface Reported extends Took {
  readonly openedSeconds: number;
}

async function reported(operations: number): Promise<Reported> {
  const folder = await mkdtemp(join(tmpdir(), 'pgdrill-bench-'));
  try {
    const journal = join(folder, 'run.ndjson');
    await writeLongJournal(journal, operations);
    const page = join(folder, 'report.html');
    const { stdout } = await promisify(execFile)(process.execPath, [child, journal, page]);
    return { ...(JSON.parse(stdout) as Took), openedSeconds: await openingSeconds(page) };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Start of the program included. */
export const report: Benchmark = {
  name: 'report',
  measures: 'time and memory to judge a journal of 1,000,000 operations, and to make the report of one of 10,000,000',
  unavailable: async () =>
    existsSync(executablePath) ? undefined : `there is no ${executablePath}; apt-get install chromium`,
  async run() {
    const small = await reported(1_000_000);
    const large = await reported(10_000_000);
    const figures: Figure[] = [
      { name: '1,000,000 judged', value: small.judgedSeconds, unit: 's', atMost: 5 },
      { name: '1,000,000 judged, memory', value: small.judgedBytes / 1e6, unit: 'MB', atMost: 500 },
      { name: '10,000,000 reported', value: large.seconds, unit: 's', atMost: 30 },
      { name: '10,000,000 reported, memory', value: large.bytes / 1e6, unit: 'MB', atMost: 1000 },
      { name: 'that report opened in chromium', value: large.openedSeconds, unit: 's', atMost: 1 },
      { name: 'size of that report', value: large.pageBytes / 1e6, unit: 'MB', atMost: 2 },
    ];
    return figures;
  },
};
