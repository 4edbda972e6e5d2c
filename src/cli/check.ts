/** `pgdrill check`: what in these manifests will hurt in a failover. */
import { writeFile } from 'node:fs/promises';
import { setFlagsFromString } from 'node:v8';
import { Command, Option } from 'commander';
import { fixAll } from '../check/change/fix.ts';
import { type CheckOptions, checkAll } from '../check/check.ts';
import { type FormatName, formatNames, formats } from '../check/formats/index.ts';
import { textParts } from '../check/formats/text.ts';
import { listText } from '../check/pages/list.ts';
import { rules as allRules } from '../check/rules/index.ts';
import { type FailLevel, failLevels } from '../check/selection.ts';
import type { Source } from '../check/text/source.ts';
import { type Gathered, gather } from '../check/tree/collect.ts';
import { UsageError } from '../errors.ts';
import { version } from '../project/version.ts';
import { checkConfig, checkOptionsOf, checkSettings, codeOf, failureOf, refuseBroken } from './check-settings.ts';
import { newSince, writeKnown } from './known-findings.ts';
import { remark, say, warnText, writeDocument } from './say.ts';

interface Options {
  readonly format: FormatName;
  readonly context?: string;
  readonly namespace?: string;
  readonly list?: boolean;
  readonly rule: string[];
  readonly skip: string[];
  readonly failOn?: FailLevel;
  readonly cnpgVersion?: string;
  readonly baseline?: string;
  readonly writeBaseline?: string;
  readonly fix?: boolean;
  readonly stdinFilename?: string;
}

const help = `
Exit code: 0 nothing found at the level of --fail-on, 1 findings, 3 bad input.
Accept a finding with an annotation on its object: pgdrill.dev/accept: <rule>=<reason>, <rule>=<reason>`;

const words = (word: string, before: string[]): string[] => [...before, ...word.split(',').map((id) => id.trim())];

export function checkCommand(): Command {
  return new Command('check')
    .description(
      'Reads manifests (or a live namespace) and reports what will hurt in a failover. Changes nothing without --fix.',
    )
    .argument('[paths...]', 'files, folders or globs of YAML or JSON; - for standard input')
    .option('--context <name>', 'read the objects of a live cluster instead: the kubeconfig context')
    .option('--namespace <name>', 'with --context: the namespace of the database')
    .option('--stdin-filename <file>', 'with -: the name of the file on standard input')
    .addOption(new Option('--format <name>', 'how to write the findings').choices(formatNames).default('text'))
    .option('--list', 'list the rules and exit')
    .option('--rule <names>', 'run only these rules (repeatable, or separated by commas)', words, [])
    .option('--skip <names>', 'do not run these rules', words, [])
    .addOption(
      new Option('--fail-on <level>', 'the lowest severity that ends with exit code 1 (default warning)').choices(
        failLevels,
      ),
    )
    .option(
      '--cnpg-version <version>',
      'the operator’s version, such as 1.28 (default: the one that the repository installs)',
    )
    .option('--baseline <file>', 'report only findings that this file does not have, or has with another value')
    .option(
      '--write-baseline <file>',
      'write all findings to this file, drop entries that are gone, and end with exit code 0',
    )
    .option('--fix', 'apply the suggested changes to the files, except those with placeholders')
    .addHelpText('after', help)
    .action(run);
}

async function run(paths: string[], options: Options): Promise<void> {
  // Nearly all memory of a check is short-lived: a small nursery, and a heap that grows in small steps, keep the process a
  // third smaller, for a little time.
  setFlagsFromString('--semi-space-growth-factor=1');
  setFlagsFromString('--heap-growing-percent=30');
  if (options.list) {
    await writeDocument(listText(allRules));
    return;
  }
  const settings = checkSettings(await checkConfig(), options);
  const { sources, context, notes: left } = await sourcesOf(paths, options);
  const checkOptions = checkOptionsOf(settings, context, paths);
  const now = options.fix ? await fixed(sources, checkOptions, options) : { sources, options: checkOptions };
  const checked = checkAll(now.sources, now.options);
  refuseBroken(checked, now.sources);
  if (options.writeBaseline !== undefined) {
    say(await writeKnown(options.writeBaseline, checked.findings));
    return;
  }
  const { findings, hidden } = await newSince(settings.baseline, checked);
  const { accepted, objects } = checked;
  const notes = [...left, ...checked.notes];
  const files = sources.map(({ file }) => file);
  const outcome = { findings, files, rules: settings.rules, version, notes, accepted, hidden, objects };
  for (const part of options.format === 'text' ? textParts(outcome) : [formats[options.format](outcome)])
    if (!(await writeDocument(part))) break;
  if (options.format === 'json' || options.format === 'sarif' || options.format === 'junit')
    remark(...new Set(notes.map((note) => note.text)));
  const failure = failureOf(settings, findings, files.length, 'the check');
  if (options.format === 'text' && failure !== undefined) say(failure);
  process.exitCode = codeOf(settings, findings, checked);
}

/** Writes the files that the changes touch. */
async function fixed(sources: readonly Source[], checkOptions: CheckOptions, options: Options) {
  if (options.context !== undefined || sources.some(({ file }) => file === '-'))
    throw new UsageError('expected files beside --fix; it cannot change standard input or a live cluster.');
  const result = fixAll(sources, checkOptions);
  for (const { file, text } of result.sources) await writeFile(file, text);
  warnText(`Applied ${result.fixed} changes to ${result.sources.length} files.`);
  const changed = new Map(result.sources.map((source) => [source.file, source]));
  const now = (source: Source) => changed.get(source.file) ?? source;
  const { context, ...rest } = checkOptions;
  return { sources: sources.map(now), options: context ? { ...rest, context: context.map(now) } : rest };
}

async function sourcesOf(paths: readonly string[], options: Options): Promise<Gathered> {
  if (options.context === undefined) {
    if (paths.length === 0)
      throw new UsageError('expected files, folders or globs of manifests, or --context; got none.');
    return gather(paths, process.stdin, options.stdinFilename);
  }
  if (paths.length > 0) throw new UsageError('expected either paths or --context, but got both.');
  if (!options.namespace)
    throw new UsageError('expected --namespace beside --context: name the namespace of the database.');
  // Loaded only here: the client is large, and files need none of it.
  const { fetchLive } = await import('../check/live/live.ts');
  const { configOf } = await import('../kubernetes/kubeconfig.ts');
  return { sources: await fetchLive(configOf(options.context), options.context, options.namespace), notes: [] };
}
