/** The child of `bench/report.ts`: reads a journal, judges it, writes its report, and prints what that took as JSON. */
import { writeFile } from 'node:fs/promises';

export interface Took {
  readonly writes: number;
  readonly judgedSeconds: number;
  readonly seconds: number;
  readonly judgedBytes: number;
  readonly bytes: number;
  readonly pageBytes: number;
  readonly sentence: string;
}

// As the program itself begins.
const { keepHeapSmall } = await import('../src/cli/small-heap.ts');
keepHeapSmall();
const { quickImports } = await import('../src/cli/quick-imports.ts');
quickImports();
const { readRunFile } = await import('../src/journal/read.ts');
const { judge } = await import('../src/measure/judge.ts');
const { renderHtml } = await import('../src/report/html/index.ts');

const [journal, page] = process.argv.slice(2) as [string, string];
const seconds = () => performance.now() / 1000;
const mostBytes = () => process.resourceUsage().maxRSS * 1024;
const run = await readRunFile(journal);
const verdict = judge(run);
const [judgedSeconds, judgedBytes] = [seconds(), mostBytes()];
const text = renderHtml(run, verdict);
await writeFile(page, text);
const took: Took = {
  writes: run.ops.n,
  ...{ judgedSeconds, judgedBytes },
  seconds: seconds(),
  bytes: mostBytes(),
  pageBytes: Buffer.byteLength(text),
  sentence: verdict.sentence,
};
console.log(JSON.stringify(took));
