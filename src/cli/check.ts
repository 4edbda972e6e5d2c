/** `pgdrill check`: what in these manifests will hurt in a failover. */
import { Command, Option } from 'commander';
import { check } from '../check/check.ts';
import { collect } from '../check/collect.ts';
import { type FormatName, formatNames, formats } from '../check/formats/index.ts';
import { rules } from '../check/rules/index.ts';
import type { Source } from '../check/source.ts';
import { exitCodes, UsageError } from '../errors.ts';
import { version } from '../project/version.ts';

interface Options {
  readonly format: FormatName;
  readonly context?: string;
  readonly namespace?: string;
}

export function checkCommand(): Command {
  return new Command('check')
    .description('Reads manifests (or a live namespace) and says what will hurt in a failover. Changes nothing.')
    .argument('[paths...]', 'files, folders or globs of YAML; - for stdin')
    .option('--context <name>', 'read the objects of a live cluster instead: the kubeconfig context')
    .option('--namespace <name>', 'with --context: the namespace of the database')
    .addOption(new Option('--format <name>', 'how to write the findings').choices(formatNames).default('text'))
    .addHelpText('after', '\nExit code: 0 nothing found (or for information only), 1 findings, 3 bad input.')
    .action(async (paths: string[], options: Options) => {
      const sources = await sourcesOf(paths, options);
      const findings = check(sources, Date.now());
      const files = sources.map((source) => source.file);
      process.stdout.write(formats[options.format]({ findings, files, rules, version }));
      const hurts = findings.some((finding) => finding.severity !== 'info');
      process.exitCode = hurts ? exitCodes.fail : exitCodes.pass;
    });
}

async function sourcesOf(paths: readonly string[], options: Options): Promise<Source[]> {
  if (options.context === undefined) {
    if (paths.length === 0)
      throw new UsageError('expected files, folders or globs of manifests, or --context; got none.');
    return collect(paths, process.stdin);
  }
  if (paths.length > 0) throw new UsageError('expected either paths or --context, but got both.');
  if (!options.namespace)
    throw new UsageError('expected --namespace beside --context: name the namespace of the database.');
  // Loaded only here: the client is large, and files need none of it.
  const { fetchLive } = await import('../check/live.ts');
  const { configOf } = await import('../kubernetes/kubeconfig.ts');
  return fetchLive(configOf(options.context), options.context, options.namespace);
}
