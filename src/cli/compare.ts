import { Command } from 'commander';
import { exitCodes } from '../errors.ts';
import { type Decided, defaultMetrics, withPower } from '../measure/compare/baseline.ts';
import { compare } from '../measure/compare/compare.ts';
import type { HistoryLine } from '../report/history.ts';
import { metricsNamed, runsAt } from './runs-at.ts';
import { say } from './say.ts';

/** `pgdrill compare`: did it become worse? Two groups of runs, scenario by scenario, measure by measure. */
export function compareCommand(): Command {
  return new Command('compare')
    .description('compare two groups of runs: regression, improvement, no change, inconclusive or not comparable')
    .argument('<before>', 'a history.ndjson, a folder of runs, or one run')
    .argument('<after>', 'likewise')
    .option(
      '--metrics <names>',
      `measures, separated by commas, chosen beforehand (default: ${defaultMetrics.join(',')})`,
    )
    .action(async (before: string, after: string, options: { metrics?: string }) => {
      const chosen = metricsNamed(options.metrics);
      const groups = [await runsAt(before), await runsAt(after)] as const;
      const scenarios = groups[1].map(({ scenario }) => scenario).filter((name, i, all) => all.indexOf(name) === i);
      const of = (lines: readonly HistoryLine[], name: string) => lines.filter(({ scenario }) => scenario === name);
      const decided = scenarios.map((name) => {
        const comparisons = compare(of(groups[0], name), of(groups[1], name), chosen);
        const tested = comparisons.filter(({ p }) => p !== null).length;
        return { name, comparisons: comparisons.map((one) => withPower(one, tested)) };
      });
      for (const { name, comparisons } of decided) for (const line of comparisonLines(name, comparisons)) say(line);
      process.exitCode = exitOf(decided.flatMap(({ comparisons }) => comparisons));
    });
}

/** A line a measure, and what it could have found below it. */
export const comparisonLines = (scenario: string, comparisons: readonly Decided[]): string[] =>
  comparisons.flatMap(({ metric, change, reason, power }) => [
    `${change.padEnd(14)} ${scenario} ${metric}: ${reason}`,
    ...(power === undefined ? [] : [`${''.padEnd(14)} power: ${power}`]),
  ]);

/** A regression fails; where nothing could be concluded the answer is unknown. */
function exitOf(comparisons: readonly Decided[]): number {
  const changes = comparisons.map(({ change }) => change);
  if (changes.includes('regression')) return exitCodes.fail;
  const concluded = changes.some((change) => change === 'no change' || change === 'improvement');
  return concluded && !changes.includes('inconclusive') ? exitCodes.pass : exitCodes.unknown;
}
