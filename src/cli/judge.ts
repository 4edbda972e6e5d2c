import { Command } from 'commander';
import { exitCodes } from '../errors.ts';
import { readRunFile } from '../journal/read.ts';
import { judge } from '../measure/judge.ts';
import { printableJson } from '../printable.ts';
import { findScenario } from '../project/catalogue.ts';
import { readConfig } from '../project/config.ts';
import { ownMeasuresOf } from '../project/own-measures.ts';
import { summaryLines } from '../report/terminal.ts';
import { resolveJournal } from '../run/journal-path.ts';
import type { Limits } from '../scenario/index.ts';
import { say, warn } from './say.ts';

/** `pgdrill judge`: judges a stored run again. */
export function judgeCommand(): Command {
  return new Command('judge')
    .description('judge a stored run again, under today’s limits of its scenario')
    .argument('<run>', 'folder of a run, or its journal')
    .option('--json', 'print the verdict as JSON')
    .option('--stored-limits', 'use the limits that the run was made with')
    .action(async (path: string, options: { json?: true; storedLimits?: true }) => {
      const run = await readRunFile(resolveJournal(path));
      const { scenarios } = await readConfig();
      const limits = options.storedLimits ? undefined : await todaysLimits(scenarios, run.header.scenario.name);
      const own = await ownMeasuresOf(run, scenarios, options.storedLimits);
      const verdict = judge(run, limits, undefined, own);
      if (options.json) process.stdout.write(`${printableJson(verdict, 2)}\n`);
      else for (const line of [...summaryLines(verdict), verdict.sentence]) say(line);
      process.exitCode = exitCodes[verdict.outcome];
    });
}

/** The limits of the scenario as it is now; the stored ones, with a warning, where it cannot be had any more. */
async function todaysLimits(scenarios: string, name: string): Promise<Limits | undefined> {
  try {
    return (await findScenario(scenarios, name)).scenario.limits;
  } catch (error) {
    warn(`judged under the limits that the run was made with: ${(error as Error).message}`);
    return undefined;
  }
}
