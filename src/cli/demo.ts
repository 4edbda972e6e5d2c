import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Command } from 'commander';
import { exitCodes } from '../errors.ts';
import { readRunFile } from '../journal/read.ts';
import { judge } from '../measure/judge.ts';
import { renderHtml } from '../report/html/index.ts';
import { plainLine } from '../report/plain.ts';
import { summaryLines } from '../report/terminal.ts';
import { say } from './say.ts';

const recording = new URL('../../fixtures/journals/primary-crash-passed/run.ndjson.gz', import.meta.url);

/** `pgdrill demo`: a recorded real drill, marked RECORDED. It is not a result: the exit code is that of `unknown`. */
export function demoCommand(): Command {
  return new Command('demo').description('show a recorded real drill, marked RECORDED').action(async () => {
    await playDemo();
    process.exitCode = exitCodes.unknown;
  });
}

/** Prints the recorded drill and writes its report into a temporary folder. */
export async function playDemo(): Promise<void> {
  const run = await readRunFile(fileURLToPath(recording));
  const verdict = judge(run);
  const { startedAt, host } = run.header;
  say(
    `RECORDED: a real drill of ${startedAt.slice(0, 10)} on another machine (${host.cpus} cores), not a result of yours`,
  );
  const events = [...run.phases, ...run.roles, ...run.faults].sort((a, b) => a.seq - b.seq);
  for (const event of events) say(`RECORDED ${plainLine(event)}`);
  for (const line of summaryLines(verdict)) say(`RECORDED ${line}`);
  const report = join(await mkdtemp(join(tmpdir(), 'pgdrill-demo-')), 'report.html');
  await writeFile(report, renderHtml(run, verdict, { recorded: true }));
  say(`RECORDED report: ${report}`);
  say(`RECORDED ${verdict.sentence}`);
}
