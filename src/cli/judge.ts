import { Command } from 'commander';
import { exitCodes } from '../errors.ts';
import { readRunFile } from '../journal/read.ts';
import type { Run } from '../journal/run.ts';
import { changesFor } from '../measure/advice/proposals.ts';
import { judge } from '../measure/judge.ts';
import type { Verdict } from '../measure/verdict.ts';
import { printableJson } from '../printable.ts';
import { findScenario } from '../project/catalogue.ts';
import { type Config, readConfig } from '../project/config.ts';
import { ownMeasuresOf } from '../project/own-measures.ts';
import { firstChange } from '../report/proposal-words.ts';
import { summaryLines } from '../report/terminal.ts';
import { limitText, marginText } from '../report/text.ts';
import { resolveJournal } from '../run/journal-path.ts';
import { knownBeside } from '../run/known.ts';
import { type LimitChange, limitsFromConfig, limitsOn, parseLimits } from '../scenario/limits.ts';
import { limitOption } from './options.ts';
import { say, warn, writeDocument } from './say.ts';

/** `pgdrill judge`: judges a stored run again. */
export function judgeCommand(): Command {
  return new Command('judge')
    .description('judge a stored run again, by today’s limits of its scenario')
    .argument('<run>', 'folder of a run, or its journal')
    .option('--json', 'print the verdict as JSON')
    .option('--stored-limits', 'use the limits that the run was judged by; --limit replaces one of them')
    .addOption(limitOption())
    .action(async (path: string, options: { json?: true; storedLimits?: true; limit: readonly string[] }) => {
      const run = await readRunFile(resolveJournal(path));
      const config = await readConfig();
      const limits = options.storedLimits
        ? storedLimits(run, parseLimits(options.limit))
        : await todaysLimits(config, run, options.limit);
      const own = await ownMeasuresOf(run, config.scenarios, options.storedLimits);
      const verdict = judge(run, limits, undefined, own);
      if (options.json) await writeDocument(`${printableJson(verdict, 2)}\n`);
      else {
        const { levers = [], explained } = await knownBeside(resolveJournal(path), run);
        const change = firstChange(changesFor(run, verdict, levers, explained), verdict);
        const lines = [
          ...otherLimits(run, verdict, () => judge(run, undefined, undefined, own)),
          ...summaryLines(verdict),
          ...(change ? [`what to change: ${change}`] : []),
        ];
        for (const line of [...lines, verdict.sentence]) say(line);
      }
      process.exitCode = exitCodes[verdict.outcome];
    });
}

/** That today's limits are not those that the run was judged by, so that two verdicts of one run are not a riddle. */
function otherLimits({ header }: Run, { checks, outcome }: Verdict, asRun: () => Verdict): string[] {
  const differ = Object.entries(header.limits).filter(([name, limit]) => {
    const now = checks.find(({ metric }) => metric === name);
    return !now || now.limit.max !== limit.max || now.limit.min !== limit.min;
  });
  if (differ.length === 0) return [];
  const then = asRun();
  const each = differ.map(([name]) => {
    const [now, own] = [checks, then.checks].map((all) => withMargin(all.find(({ metric }) => metric === name)));
    return `${name} ${now} today, ${own} then`;
  });
  const words =
    then.outcome === outcome
      ? `is a ${outcome.toUpperCase()} by today’s limits and by its own`
      : `is a ${outcome.toUpperCase()} by today’s limits and a ${then.outcome.toUpperCase()} by its own`;
  return [`This run ${words}, which pgdrill report and --stored-limits use: ${each.join('; ')}.`];
}

/** `≤ 20 s (7.0 s to spare)`. */
const withMargin = (check: Verdict['checks'][number] | undefined): string =>
  check ? `${limitText(check.limit, check.unit)} (${marginText(check, check.limit)})` : 'no limit';

/** The limits that the run was judged by, of which each change replaces one. */
const storedLimits = (
  { header }: Pick<Run, 'header'>,
  changes: readonly LimitChange[],
): Run['header']['limits'] | undefined =>
  changes.length === 0 ? undefined : (limitsOn(header.limits, header.stack, changes) as Run['header']['limits']);

/** The limits of the scenario as it is now; the stored ones, with a warning, where it no longer exists. */
async function todaysLimits(
  { scenarios, limits }: Config,
  { header }: Run,
  words: readonly string[],
): Promise<Run['header']['limits'] | undefined> {
  const { scenario, stack } = header;
  const changes = [...limitsFromConfig(limits, scenario.name), ...parseLimits(words)];
  try {
    const found = await findScenario(scenarios, scenario.name);
    return limitsOn(found.scenario.limits, stack, changes) as Run['header']['limits'];
  } catch (error) {
    warn(`judged under the limits that the run was made with: ${(error as Error).message}`);
    return storedLimits({ header }, changes);
  }
}
