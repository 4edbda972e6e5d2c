/** How long journals are judged and reported, and how much memory that takes. */
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { chromium } from 'playwright-core';
import type { Benchmark } from './benchmark.ts';
import type { Took } from './judge-and-report.ts';
import { writeLongJournal } from './long-journal.ts';
import { spread } from './spread.ts';

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

const rounds = 5;

/**
 * Each round in a process of its own; the page of the last one stays. As scripts/start.mjs does, it has the compile cache
 * from its first module on, so that what strips types is not loaded; the small journal comes first and fills it.
 */
async function reported(journal: string, page: string, times: number): Promise<readonly Took[]> {
  const taken: Took[] = [];
  const env = { ...process.env, NODE_COMPILE_CACHE: join(dirname(journal), 'compiled') };
  for (let round = 0; round < times; round++) {
    const { stdout } = await promisify(execFile)(process.execPath, [child, journal, page], { env });
    taken.push(JSON.parse(stdout) as Took);
  }
  return taken;
}

/** Start of the program included. */
export const report: Benchmark = {
  name: 'report',
  measures: `time and memory to judge and report a journal of 10,000,000 operations (${rounds} rounds), and one of 1,000,000`,
  unavailable: async () =>
    existsSync(executablePath) ? undefined : `there is no ${executablePath}; apt-get install chromium`,
  async run() {
    const folder = await mkdtemp(join(tmpdir(), 'pgdrill-bench-'));
    try {
      const [journal, page] = [join(folder, 'run.ndjson'), join(folder, 'report.html')];
      await writeLongJournal(journal, 1_000_000);
      const [small] = (await reported(journal, page, 1)) as [Took];
      await writeLongJournal(journal, 10_000_000);
      const large = await reported(journal, page, rounds);
      const of = (figure: (took: Took) => number): number[] => large.map(figure);
      const megabytes = (bytes: number): number => bytes / 1e6;
      return [
        { name: '1,000,000 judged', value: small.judgedSeconds, unit: 's' },
        { name: '1,000,000 judged, memory', value: megabytes(small.judgedBytes), unit: 'MB' },
        ...spread(
          '10,000,000 judged',
          's',
          of(({ judgedSeconds }) => judgedSeconds),
          { atMost: 6 },
        ),
        ...spread(
          '10,000,000 judged, memory',
          'MB',
          of(({ judgedBytes }) => megabytes(judgedBytes)),
          { atMost: 400 },
        ),
        ...spread(
          '10,000,000 reported',
          's',
          of(({ seconds }) => seconds),
          { atMost: 8 },
        ),
        ...spread(
          '10,000,000 reported, memory',
          'MB',
          of(({ bytes }) => megabytes(bytes)),
          { atMost: 400 },
        ),
        { name: 'that report opened in chromium', value: await openingSeconds(page), unit: 's', atMost: 1 },
        { name: 'size of that report', value: megabytes(large.at(-1)!.pageBytes), unit: 'MB', atMost: 1 },
      ];
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  },
};
