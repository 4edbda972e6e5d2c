import { writeFile } from 'node:fs/promises';
import { Command, Option } from 'commander';
import { readRunFile } from '../journal/read.ts';
import { judge } from '../measure/judge.ts';
import { readConfig } from '../project/config.ts';
import { ownMeasuresOf } from '../project/own-measures.ts';
import { reporters } from '../report/index.ts';
import { resolveJournal } from '../run/journal-path.ts';
import { knownBeside } from '../run/known.ts';

type Format = keyof typeof reporters;

/** `pgdrill report`: a stored run in another form. */
export function reportCommand(): Command {
  const formats = Object.keys(reporters) as Format[];
  return new Command('report')
    .description('render a stored run')
    .argument('<run>', 'folder of a run, or its journal')
    .addOption(new Option('--format <format>', 'what to make').choices(formats).default('html'))
    .option('--out <file>', 'file to write (default: standard output)')
    .action(async (path: string, options: { format: Format; out?: string }) => {
      const journal = resolveJournal(path);
      const run = await readRunFile(journal);
      const own = await ownMeasuresOf(run, (await readConfig()).scenarios, true);
      const text = reporters[options.format].render(
        run,
        judge(run, undefined, undefined, own),
        await knownBeside(journal, run),
      );
      if (options.out) await writeFile(options.out, text);
      else process.stdout.write(text);
    });
}
