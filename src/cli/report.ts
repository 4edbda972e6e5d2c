import { writeFile } from 'node:fs/promises';
import { Command, Option } from 'commander';
import { UsageError } from '../errors.ts';
import { readRunFile } from '../journal/read.ts';
import { judge } from '../measure/judge.ts';
import { harmlessJson } from '../printable.ts';
import { readConfig } from '../project/config.ts';
import { ownMeasuresOf } from '../project/own-measures.ts';
import { reporters } from '../report/index.ts';
import { whyNotWritten } from '../run/files/written.ts';
import { resolveJournal } from '../run/journal-path.ts';
import { knownBeside } from '../run/known.ts';
import { say, writeDocument } from './say.ts';

type Format = keyof typeof reporters;

/** @throws UsageError if the file cannot be written */
async function write(file: string, text: string): Promise<void> {
  await writeFile(file, text).catch((error: unknown) => {
    throw new UsageError(`--out ${file} cannot be written: ${whyNotWritten(error)}; name another file`);
  });
}

/** Names in a journal may come from anywhere; HTML and JUnit escape them, in the other formats no line is a command. */
async function print(format: Format, text: string): Promise<void> {
  if (format === 'markdown') say(...text.trimEnd().split('\n'));
  else await writeDocument(format === 'json' ? harmlessJson(text) : text);
}

/** `pgdrill report`: a stored run in another form. */
export function reportCommand(): Command {
  const formats = Object.keys(reporters) as Format[];
  return new Command('report')
    .description('render a stored run')
    .argument('<run>', 'folder of a run, or its journal')
    .addOption(new Option('--format <format>', 'output format').choices(formats).default('html'))
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
      if (options.out) await write(options.out, text);
      else await print(options.format, text);
    });
}
