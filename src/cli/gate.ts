/** The end of `run --gate` and `run --baseline`: all runs of the command together. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { exitCodes } from '../errors.ts';
import { type AgainstBaseline, againstBaseline } from '../measure/compare/baseline.ts';
import { gate } from '../measure/gate.ts';
import type { MetricName } from '../measure/metrics.ts';
import { type GateEntry, type GateReport, gateReport, gateSentence } from '../report/gate/gate.ts';
import { renderGateJunit } from '../report/gate/junit.ts';
import { renderGateMarkdown } from '../report/gate/markdown.ts';
import type { HistoryLine } from '../report/history.ts';
import { summaryLines } from '../report/terminal.ts';
import type { RunResult } from '../run/index.ts';
import { makeFolders } from '../safety/folders.ts';
import { comparisonLines } from './compare.ts';
import { say } from './say.ts';

/** What became of one scenario of the command. */
export interface Ran {
  readonly scenario: string;
  readonly stack: string;
  readonly results: readonly RunResult[];
  readonly skipped?: string;
  /** A later run of it was refused before anything ran. */
  readonly refused?: true;
}

export interface Baseline {
  readonly runs: readonly HistoryLine[];
  readonly metrics: readonly MetricName[];
}

/** How many runs decide, unless `--repeat` says otherwise: the fewest that one unlucky run does not. */
export const gateRuns = 3;

/** Compares the runs of a scenario with the baseline’s and prints the result. Undefined if it did not run. */
export function tellAgainst({ scenario, results }: Ran, baseline: Baseline): AgainstBaseline | undefined {
  if (results.length === 0) return undefined;
  const now = results.map(({ line }) => line);
  const own = new Set(now.map(({ run }) => run));
  const earlier = baseline.runs.filter((line) => line.scenario === scenario && !own.has(line.run));
  const against = againstBaseline(earlier, now, baseline.metrics);
  for (const line of comparisonLines(scenario, against.comparisons)) say(line);
  if (against.leftOut > 0) say(`(${against.leftOut} runs of the baseline are left out: other circumstances)`);
  return against;
}

/**
 * Judges all runs as the gate does, prints the result, and writes `junit.xml`, `summary.md` and `gate.json`.
 * @param planned how many runs of each scenario there should be
 * @returns the exit code
 */
export async function concludeGate(
  ran: readonly Ran[],
  planned: number,
  folder: string,
  baseline: Baseline | undefined,
): Promise<number> {
  const report = gateReport(ran.map((one) => entryOf(one, planned, baseline)));
  await makeFolders(folder);
  await writeFile(join(folder, 'junit.xml'), renderGateJunit(report));
  await writeFile(join(folder, 'summary.md'), renderGateMarkdown(report));
  await writeFile(join(folder, 'gate.json'), `${JSON.stringify(report, null, 2)}\n`);
  printReport(report);
  say(`gate: ${join(folder, 'summary.md')}`);
  say(gateSentence(report));
  return exitCodes[report.outcome];
}

function entryOf(one: Ran, planned: number, baseline: Baseline | undefined): GateEntry {
  const { scenario, stack, results, skipped } = one;
  const startedAt = results[0]?.line.startedAt ?? new Date().toISOString();
  const seconds = results.reduce((sum, { lastedMs }) => sum + lastedMs / 1000, 0);
  const facts = { scenario, stack, startedAt, seconds };
  if (skipped !== undefined) return { ...facts, skipped };
  const against = baseline && tellAgainst(one, baseline);
  const verdicts = results.map(({ verdict }) => verdict);
  return { ...facts, gated: gate(scenario, verdicts, planned), ...(against && { against }) };
}

function printReport(report: GateReport): void {
  for (const { scenario, gated } of report.entries) {
    if (!gated) continue;
    say(`${scenario}: ${gated.runs.length} of ${gated.planned} planned runs`);
    for (const line of summaryLines(gated)) say(`  ${line}`);
  }
}
