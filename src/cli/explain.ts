import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Command, Option } from 'commander';
import { parseDurationMs } from '../duration.ts';
import { exitCodes, SetupError } from '../errors.ts';
import { readRunFile } from '../journal/read.ts';
import { withClientSettings, withoutClientSettings } from '../load/writers/settings.ts';
import { explain, type TimerPlan } from '../measure/explain/explain.ts';
import { trialOf } from '../measure/explain/responses.ts';
import { findScenario } from '../project/catalogue.ts';
import { parseAssignments, readConfig } from '../project/config.ts';
import { ownCommand } from '../project/own-name.ts';
import { renderExplanation } from '../report/explain.ts';
import { explainFigure, explainRunsFigure } from '../report/explain-figure.ts';
import { explainFolder, explanationFile } from '../run/explained.ts';
import { whySkipped } from '../run/index.ts';
import type { Cell, Levels } from '../scenario/cells.ts';
import type { Scenario } from '../scenario/index.ts';
import { type Durability, durabilities } from '../scenario/topology.ts';
import type { Stack } from '../stacks/stack.ts';
import { explainCells, movedIn, planTimers, settingsIn } from '../study/explain-plan.ts';
import { runCells } from '../study/run-cells.ts';
import { openStore, type Store } from '../study/store.ts';
import { interruptible } from './interrupt.ts';
import { makeReady } from './make-ready.ts';
import { manifestsOption, outOption, stackOption, wholeNumber, withOption } from './options.ts';
import { refuseWrongSettings } from './refuse-settings.ts';
import { say } from './say.ts';
import { stackOf } from './stack.ts';

interface Options {
  readonly stack?: string;
  readonly out?: string;
  readonly manifests?: readonly string[];
  readonly with: readonly string[];
  readonly timers?: string;
  readonly durability?: Durability;
  readonly rounds: string;
  readonly jobs: string;
  readonly rate: string;
  readonly writers: string;
  readonly stopAfter: string;
  readonly recommended?: true;
  readonly dryRun?: true;
}

/**
 * Probes of runs that are compared by seconds. A stream that is down tries to connect with every slot, on a thread that goes
 * before all others: at 10 ms, two stacks in an outage left no processor of two cores to recover with. Where connections are
 * TLS's, answers took longer than 50 ms there for seconds after the return, and each slot queued behind the one before.
 */
const probeEveryMs = { lab: 50, k3s: 200, cluster: 200 };
/** A run takes about so long beside its outage: the stack is changed, held, healed and read. */
const besideMs = 40_000;

/** `pgdrill explain`: which timer costs how much of an outage, found by moving one at a time. */
export function explainCommand(): Command {
  return new Command('explain')
    .description(
      'vary one timeout at a time and report how much each contributes to the outage (from the programs’ defaults)',
    )
    .argument('[scenario]', 'name of a scenario, or path of a scenario file', 'primary-crash')
    .addOption(stackOption())
    .addOption(manifestsOption())
    .addOption(withOption())
    .addOption(outOption())
    .option('--timers <names>', 'vary only these timeouts, separated by commas')
    .addOption(
      new Option(
        '--durability <promise>',
        'override the scenario’s: commits that wait for a standby can hide what the pooler adds',
      ).choices(durabilities),
    )
    .option('--rounds <number>', 'runs with each timeout changed', '3')
    .option('--jobs <number>', 'stacks that run at once', '1')
    .option('--rate <number>', 'writes per second', '20')
    .option('--writers <number>', 'clients that write', '8')
    .option('--stop-after <time>', 'start no run after this; repeat the command to continue', '12h')
    .option('--recommended', 'start from the recommended timeouts instead of the programs’ defaults')
    .option('--dry-run', 'show what would be changed and how long it takes; run nothing')
    .action(async (name: string, options: Options) => {
      process.exitCode = await explainTimers(name, options);
    });
}

async function explainTimers(name: string, options: Options): Promise<number> {
  const config = await readConfig({ stack: options.stack, out: options.out, manifests: options.manifests });
  const stack = await stackOf(config);
  const asked = { ...config.with, ...parseAssignments(options.with) };
  refuseWrongSettings(stack, asked);
  const scenario = explained((await findScenario(config.scenarios, name)).scenario, asked, stack, options);
  refuseWrongSettings(stack, {}, [scenario.topology]);
  const reason = await whySkipped(scenario, stack);
  if (reason) throw new SetupError(`${scenario.name} cannot be explained: ${reason}`);
  const timers = planTimers(stack, scenario, options.timers?.split(',') ?? []);
  const rounds = wholeNumber('--rounds', options.rounds, 1, 100);
  const jobs = wholeNumber('--jobs', options.jobs, 1, 16);
  const stopAfterMs = parseDurationMs(options.stopAfter);
  const { topology, load } = scenario;
  const folder = explainFolder(config.out, scenario.name, stack.kind);
  const store = await openStore(folder, { scenario: scenario.name, topology, load, timers }, config.seed ?? 1);
  const cells = explainCells(timers, rounds, store.seed);
  announce(cells, store, jobs, timers);
  if (options.dryRun) return exitCodes.pass;
  const missing = await makeReady(stack, config.out);
  if (missing) throw new SetupError(missing);
  await interruptible(async (signal) => {
    await runCells({
      ...{ stack, cells, store, jobs, signal },
      runOf: ({ levels }) => ({ scenario, changed: settingsIn(levels, timers) }),
      holdAtMostMs: 5_000,
      stopAfterMs,
      command: `${ownCommand} explain ${scenario.name} --stack ${stack.kind}`,
      say,
    });
  });
  const from = options.recommended ? 'the recommended timers' : 'the programs’ own defaults';
  const but = Object.entries(asked).map(([setting, value]) => `${setting} = ${value}`);
  const promise = options.durability ? ` (${options.durability})` : '';
  const title = `${scenario.name} on ${stack.kind}${promise}, from ${from}${but.length > 0 ? ` but ${but.join(', ')}` : ''}`;
  return conclude(store, cells, timers, title);
}

/** The scenario with the programs’ own timers, and a light load: what is timed are seconds. */
function explained(scenario: Scenario, settings: Record<string, string>, stack: Stack, options: Options): Scenario {
  const ratePerSecond = wholeNumber('--rate', options.rate, 1, 20_000);
  const writers = wholeNumber('--writers', options.writers, 1, 1_000);
  const timers = options.recommended ? 'recommended' : 'defaults';
  const { durability = scenario.topology.durability } = options;
  const load = { probeEveryMs: probeEveryMs[stack.kind], ...scenario.load, ratePerSecond, writers };
  return {
    ...scenario,
    topology: { ...scenario.topology, durability, timers, settings: withoutClientSettings(settings) },
    load: withClientSettings(load, settings),
  };
}

function announce(cells: readonly Cell[], store: Store, jobs: number, timers: readonly TimerPlan[]): void {
  const took = store.done().map(({ tookMs }) => tookMs);
  const eachMs = took.length > 0 ? took.reduce((sum, one) => sum + one, 0) / took.length : besideMs + 35_000;
  const left = cells.length - took.length;
  const minutes = Math.ceil((left * eachMs) / jobs / 60_000);
  say(`${left} runs to make, about ${minutes} minutes; changed, one at a time:`);
  for (const { name, base, trial, unit } of timers) say(`  ${name} ${base} → ${trial}${unit && ` ${unit}`}`);
}

async function conclude(
  store: Store,
  cells: readonly Cell[],
  timers: readonly TimerPlan[],
  title: string,
): Promise<number> {
  const levels = new Map<string, Levels>(cells.map((cell) => [cell.id, cell.levels]));
  const done = store.done().filter(({ cell }) => levels.has(cell));
  const trials = [];
  for (const one of done) trials.push(trialOf(await readRunFile(store.journalOf(one)), movedIn(levels.get(one.cell)!)));
  const found = explain(trials, timers);
  const text = renderExplanation(title, found);
  await writeFile(join(store.folder, 'explanation.md'), text);
  await writeFile(join(store.folder, 'figure.svg'), explainFigure(title, found));
  await writeFile(join(store.folder, 'runs.svg'), explainRunsFigure(timers, trials));
  await writeFile(explanationFile(store.folder), `${JSON.stringify(found, null, 2)}\n`);
  // What it was made from, so that it can be made again without the journals.
  await writeFile(join(store.folder, 'trials.json'), `${JSON.stringify({ timers, trials }, null, 1)}\n`);
  say(...text.split('\n'));
  const missing = cells.length - done.length;
  if (missing > 0) say(`${missing} of ${cells.length} runs are missing: repeat the command to make them`);
  return missing > 0 || found.tooFew ? exitCodes.unknown : exitCodes.pass;
}
