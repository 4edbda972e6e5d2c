/** `pgdrill ci`: what a pipeline does, in one command: manifests, drills as a gate, a summary, annotations. */
import { appendFile, readFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { Command, Option } from 'commander';
import { checkAll } from '../check/check.ts';
import { formats } from '../check/formats/index.ts';
import { gather } from '../check/tree/collect.ts';
import { annotateFindings, annotateGate, type ScenarioFile } from '../ci/annotations.ts';
import { checkSummary } from '../ci/summary.ts';
import { exitCodes } from '../errors.ts';
import { findScenario } from '../project/catalogue.ts';
import { readConfig } from '../project/config.ts';
import { version } from '../project/version.ts';
import type { GateReport } from '../report/gate/gate.ts';
import type { Annotation } from '../workflow-command.ts';
import { checkOptionsOf, checkSettings, codeOf, failureOf, refuseBroken } from './check-settings.ts';
import { newSince } from './known-findings.ts';
import { outOption, stackOption } from './options.ts';
import { annotate, say, writeDocument } from './say.ts';

interface Options {
  readonly stack?: string;
  readonly out?: string;
  readonly manifests?: string[];
  readonly check: 'error' | 'report';
  readonly baseline?: string;
  readonly repeat?: string;
}
type Call = (words: readonly string[]) => Promise<number>;

export function ciCommand(call: Call): Command {
  return new Command('ci')
    .description('what a pipeline does in one command: check manifests, run drills as a gate, write a summary')
    .argument('[scenario...]', 'names of scenarios, or paths of scenario files; none: manifests only')
    .addOption(stackOption())
    .addOption(outOption())
    .option('--manifests <paths...>', 'files, folders or globs of manifests to check first')
    .addOption(
      new Option('--check <effect>', 'whether findings in manifests fail the command')
        .choices(['error', 'report'])
        .default('error'),
    )
    .option('--baseline <path>', 'compare with earlier runs: a history.ndjson, a folder of runs, or one run')
    .option('--repeat <times>', 'number of runs per scenario, odd (default 3)')
    .addHelpText(
      'after',
      '\nOn GitHub Actions findings and broken limits become annotations, and the job gets a summary.\nExit code: as of check and run --gate; a broken limit or a finding (1) outranks what is unknown (2).',
    )
    .action(async (names: string[], options: Options) => {
      const codes = [await checkManifests(options), await runGate(names, options, call)];
      process.exitCode =
        [exitCodes.refused, exitCodes.fail, exitCodes.unknown].find((code) => codes.includes(code)) ?? 0;
    });
}

/** As `check` does, by the section `check` of the configuration: which rules, which level fails, the baseline. */
async function checkManifests({ manifests = [], check: effect }: Options): Promise<number> {
  if (manifests.length === 0) return exitCodes.pass;
  const settings = checkSettings((await readConfig()).check);
  const { sources, context, notes: left } = await gather(manifests, process.stdin);
  const checked = checkAll(sources, checkOptionsOf(settings, context, manifests));
  refuseBroken(checked, sources);
  const { findings, hidden } = await newSince(settings.baseline, checked);
  const { accepted, objects } = checked;
  const notes = [...left, ...checked.notes];
  const files = sources.map(({ file }) => file);
  const { rules } = settings;
  await writeDocument(formats.text({ findings, files, rules, version, notes, accepted, hidden, objects }));
  onGitHub(annotateFindings(findings, fromRoot));
  const code = codeOf(settings, findings, checked);
  await summarise(checkSummary(findings, files.length, hidden));
  if (code === exitCodes.fail && effect === 'report') return exitCodes.pass;
  const failure = failureOf(settings, findings, files.length, 'this job');
  if (failure !== undefined) say(failure);
  return code;
}

async function runGate(names: readonly string[], options: Options, call: Call): Promise<number> {
  if (names.length === 0) return exitCodes.pass;
  const passed = (['stack', 'out', 'baseline', 'repeat'] as const).flatMap((name) =>
    options[name] === undefined ? [] : [`--${name}`, options[name]],
  );
  const { out, scenarios } = await readConfig({ stack: options.stack, out: options.out });
  const folder = join(out, 'gate');
  const before = await readFile(join(folder, 'gate.json'), 'utf8').catch(() => '');
  const code = await call(['run', ...names, '--gate', ...passed]);
  const written = await readFile(join(folder, 'gate.json'), 'utf8').catch(() => '');
  // A gate that never came to its end leaves the report of an earlier one as it was.
  if (written === before) return code;
  onGitHub(annotateGate(JSON.parse(written) as GateReport, await filesOf(names, scenarios)));
  await summarise(await readFile(join(folder, 'summary.md'), 'utf8'));
  return code;
}

async function filesOf(names: readonly string[], folder: string): Promise<Map<string, ScenarioFile>> {
  const found = await Promise.all(names.map((name) => findScenario(folder, name)));
  const here = found.filter(({ file }) => !relative(root(), file).startsWith('..'));
  return new Map(
    await Promise.all(
      here.map(
        async ({ scenario, file }) =>
          [scenario.name, { file: fromRoot(file), text: await readFile(file, 'utf8') }] as const,
      ),
    ),
  );
}

const root = (): string => process.env.GITHUB_WORKSPACE ?? process.cwd();
const fromRoot = (file: string): string => relative(root(), file).replaceAll('\\', '/');

function onGitHub(annotations: readonly Annotation[]): void {
  if (process.env.GITHUB_ACTIONS === 'true') annotate(annotations);
}

/** Adds to the summary of the job, where the system has one. */
async function summarise(markdown: string): Promise<void> {
  const file = process.env.GITHUB_STEP_SUMMARY;
  if (file) await appendFile(file, `${markdown}\n`);
}
