import { existsSync, statSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Command } from 'commander';
import { exitCodes, UsageError } from '../errors.ts';
import { readRunFile } from '../journal/read.ts';
import { type Comparison, compare } from '../measure/compare/compare.ts';
import { judge } from '../measure/judge.ts';
import { isMetric, type MetricName, metrics } from '../measure/metrics.ts';
import { type HistoryLine, historyLine, readHistory } from '../report/history.ts';
import { loadHistory } from '../run/history.ts';
import { resolveJournal } from './journal-path.ts';

/** `pgdrill compare`: did it become worse? Two groups of runs, scenario by scenario, measure by measure. */
export function compareCommand(): Command {
  return new Command('compare')
    .description('compare two groups of runs: regression, improvement, no change, inconclusive or not comparable')
    .argument('<before>', 'a history.ndjson, a folder of runs, or one run')
    .argument('<after>', 'likewise')
    .option(
      '--metrics <names>',
      'measures to compare, joined by commas, chosen beforehand',
      'writeOutageMs,poolerPenaltyMs,recoveryMs',
    )
    .action(async (before: string, after: string, options: { metrics: string }) => {
      const chosen = options.metrics.split(',').map(metricOf);
      const groups = [await linesOf(before), await linesOf(after)] as const;
      const scenarios = groups[1].map(({ scenario }) => scenario).filter((name, i, all) => all.indexOf(name) === i);
      const of = (lines: readonly HistoryLine[], name: string) => lines.filter(({ scenario }) => scenario === name);
      const told = scenarios.flatMap((name) =>
        compare(of(groups[0], name), of(groups[1], name), chosen).map((comparison) => ({ name, comparison })),
      );
      for (const { name, comparison } of told) console.log(lineOf(name, comparison));
      process.exitCode = exitOf(told.map(({ comparison }) => comparison));
    });
}

const lineOf = (scenario: string, { metric, change, reason }: Comparison): string =>
  `${change.padEnd(14)} ${scenario} ${metric}: ${reason}`;

/** A regression fails; where nothing could be concluded the answer is unknown. */
function exitOf(comparisons: readonly Comparison[]): number {
  const changes = comparisons.map(({ change }) => change);
  if (changes.includes('regression')) return exitCodes.fail;
  const concluded = changes.some((change) => change === 'no change' || change === 'improvement');
  return concluded && !changes.includes('inconclusive') ? exitCodes.pass : exitCodes.unknown;
}

function metricOf(name: string): MetricName {
  if (isMetric(name)) return name;
  throw new UsageError(`--metrics names ${name}, which is no metric; known: ${Object.keys(metrics).join(', ')}`);
}

/** @throws UsageError where there is nothing to read */
async function linesOf(path: string): Promise<HistoryLine[]> {
  if (!existsSync(path))
    throw new UsageError(`there is nothing at ${path}; pass a history.ndjson, a folder of runs, or a run`);
  if (!statSync(path).isDirectory() && path.endsWith('history.ndjson'))
    return readHistory(await readFile(path, 'utf8'));
  if (existsSync(join(path, 'history.ndjson'))) return loadHistory(path);
  const run = await readRunFile(resolveJournal(path));
  return [historyLine(run, judge(run))];
}
