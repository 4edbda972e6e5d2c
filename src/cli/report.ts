import { writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { Command, Option } from 'commander';
import { readRunFile } from '../journal/read.ts';
import type { Run } from '../journal/run.ts';
import { judge } from '../measure/judge.ts';
import type { Known } from '../report/html/view.ts';
import { reporters } from '../report/index.ts';
import { loadExplained } from '../run/explained.ts';
import { loadHistory } from '../run/history.ts';
import { timers as cnpgTimers } from '../stacks/cnpg/timers.ts';
import { loadStack } from '../stacks/index.ts';
import { resolveJournal } from './journal-path.ts';

type Format = keyof typeof reporters;

/** `pgdrill report`: a stored run in another form. */
export function reportCommand(): Command {
  const formats = Object.keys(reporters) as Format[];
  return new Command('report')
    .description('render a stored run')
    .argument('<run>', 'folder of a run, or its journal')
    .addOption(new Option('--format <format>', 'what to make').choices(formats).default('html'))
    .option('--out <file>', 'where to write it; absent: to standard output')
    .action(async (path: string, options: { format: Format; out?: string }) => {
      const run = await readRunFile(resolveJournal(path));
      const text = reporters[options.format].render(run, judge(run), await knownBeside(path, run));
      if (options.out) await writeFile(options.out, text);
      else process.stdout.write(text);
    });
}

/** What lies beside the run: the history of the runs in its folder, and what explain found for its scenario. */
async function knownBeside(path: string, run: Run): Promise<Known> {
  const out = dirname(dirname(resolveJournal(path)));
  const { scenario, stack } = run.header;
  // Somebody's cluster has to be named to be loaded; its settings are those of any CloudNativePG.
  const levers = stack === 'cluster' ? cnpgTimers : (await loadStack(stack)).timers;
  return { history: await loadHistory(out), explained: await loadExplained(out, scenario.name, stack), levers };
}
