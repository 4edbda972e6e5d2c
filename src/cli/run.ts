import { randomInt } from 'node:crypto';
import { join } from 'node:path';
import { Command } from 'commander';
import { exitCodes, UsageError } from '../errors.ts';
import { worst } from '../measure/check.ts';
import { defaultMetrics } from '../measure/compare/baseline.ts';
import { findScenario } from '../project/catalogue.ts';
import { type Config, parseAssignments, readConfig } from '../project/config.ts';
import { Publisher } from '../publish/index.ts';
import { demandOut } from '../run/files/out.ts';
import { type RunResult, runDrill, whySkipped } from '../run/index.ts';
import { inARow, interleaved, type Turn } from '../run/order.ts';
import { onOneStack } from '../run/shared-stack.ts';
import type { AbortLimits } from '../safety/abort.ts';
import type { Scenario } from '../scenario/index.ts';
import type { Stack } from '../stacks/stack.ts';
import { type Against, againstOf, inTurns, type PairRan, pairs, tellPair } from './against.ts';
import { addClusterOptions, type ClusterFlags, type Prepared, prepareCluster } from './cluster.ts';
import { playDemo } from './demo.ts';
import { openDisplay } from './display.ts';
import { type Baseline, concludeGate, gateRuns, type Ran, tellAgainst } from './gate.ts';
import { interruptible } from './interrupt.ts';
import { limitChanges } from './limits.ts';
import { addLiveOptions, type Live, type LiveFlags, openLive, withChat } from './live.ts';
import { addLoadOptions, type LoadFlags, withLoad } from './load.ts';
import { makeReady } from './make-ready.ts';
import { limitOption, manifestsOption, outOption, stackOption, wholeNumber, withOption } from './options.ts';
import { printResult } from './print-result.ts';
import { refuseWrongSettings } from './refuse-settings.ts';
import { commandOf } from './repeat.ts';
import { runningOf } from './running.ts';
import { metricsNamed, runsAt } from './runs-at.ts';
import { say, warn } from './say.ts';
import { stackOf } from './stack.ts';

interface Options extends ClusterFlags, LoadFlags, LiveFlags {
  readonly stack?: string;
  readonly out?: string;
  readonly seed?: string;
  readonly publish?: string;
  readonly pushgateway?: string;
  readonly repeat?: string;
  readonly gate?: true;
  readonly artifacts?: string;
  readonly baseline?: string;
  readonly metrics?: string;
  readonly interleave?: true;
  readonly reuse?: boolean;
  readonly manifests?: readonly string[];
  readonly against?: string;
  readonly on?: string;
  readonly with: readonly string[];
  readonly limit: readonly string[];
}

const defaultScenario = 'primary-crash';

/** `pgdrill run`: drills, one after another, each judged and reported. */
export function runCommand(): Command {
  const command = new Command('run')
    .description(`run drills and judge them (without a name: ${defaultScenario})`)
    .argument('[scenario...]', 'names of scenarios, or paths of scenario files')
    .addOption(stackOption())
    .option('--repeat <times>', `number of runs per scenario (default 1, or ${gateRuns} with --gate)`)
    .option('--interleave', 'with --repeat: run rounds of all scenarios, each round in a random order (see --seed)')
    .option('--gate', 'judge the median of the runs; safety limits must hold in every run')
    .option(
      '--artifacts <folder>',
      'with --gate: folder for junit.xml, summary.md and gate.json (default: gate/ in --out)',
    )
    .option('--baseline <path>', 'compare with earlier runs: a history.ndjson, a folder of runs, or one run')
    .option('--metrics <names>', `with --baseline: the measures to compare (default: ${defaultMetrics.join(',')})`)
    .option('--reuse', 'use one stack for all runs, health-checked before each')
    .option('--on <stack>', 'run on a stack that pgdrill up keeps, by its id; it stays')
    .addOption(manifestsOption())
    .option('--against <ref>', 'with --manifests: compare with the same files of a branch, tag or commit, in turn')
    .addOption(withOption())
    .addOption(limitOption())
    .addOption(outOption())
    .option('--seed <number>', 'seed of the load’s arrivals')
    .option('--publish <s3://bucket/prefix>', 'keep reports and history in a bucket')
    .option('--pushgateway <url>', 'push the outcome and every measure to a Prometheus Pushgateway');
  return addClusterOptions(addLoadOptions(addLiveOptions(command))).action(
    async (names: string[], options: Options) => {
      process.exitCode = await runAll(names, options);
    },
  );
}

async function runAll(names: readonly string[], options: Options): Promise<number> {
  const { with: words, stack: kind, out, seed, manifests } = options;
  const config = await readConfig({ stack: kind, out, seed, manifests });
  const repeat = timesOf(options);
  const changed = { ...config.with, ...parseAssignments(words) };
  const chosen = names.length > 0 ? names : [defaultScenario];
  const found = await Promise.all(chosen.map((name) => findScenario(config.scenarios, name)));
  const scenarios = found.map(({ scenario }) => withLoad(scenario, options));
  const onCluster = config.stack === 'cluster' ? await prepareCluster(scenarios, options, config) : undefined;
  await using against = await againstOf(options, config);
  const stack = onCluster?.stack ?? (await stackOf(config));
  const notify = withChat(onCluster?.notify, options);
  await using live = await openLive(options);
  refuseWrongSettings(
    stack,
    changed,
    scenarios.map(({ topology }) => topology),
  );
  // A limit that is not one ends the command before anything runs.
  for (const { name } of scenarios) limitChanges(config, name, options.limit);
  const baseline = await baselineOf(options);
  const publisher = publisherOf(options, onCluster?.stack.name ?? config.stack);
  const unmakeOut = await demandOut(config.out);
  const missing = await makeReady(stack, config.out);
  if (missing) {
    await unmakeOut();
    warn(missing);
    if (names.length === 0 && config.stack === 'lab') await playDemo();
    return exitCodes.unknown;
  }
  await publisher.begin(config.out);
  const turns = options.interleave
    ? interleaved(scenarios.length, repeat, config.seed ?? randomInt(0xffffffff))
    : inARow(scenarios.length, repeat);
  const called = new Map(scenarios.map(({ name }, i) => [name, chosen[i]!]));
  const given = { called, flags: options, limits: options.limit };
  const plan = { scenarios, turns, repeat, changed, config, publisher, ...given, ...onCluster, notify, live };
  if (against)
    return tellPair(await runPairs(inTurns(against.stack, stack, options.on), plan), metricsNamed(options.metrics));
  const ran = await (options.reuse || options.on ? runOnOne(stack, plan, options.on) : runEach(stack, plan));
  if (options.gate) return concludeGate(ran, repeat, options.artifacts ?? join(config.out, 'gate'), baseline);
  return exitOf(ran, baseline);
}

/** @throws UsageError for an impossible number of runs, and for an even one where the median decides */
function timesOf({ repeat, gate }: Options): number {
  const times = wholeNumber('--repeat', repeat ?? String(gate ? gateRuns : 1), 1, 1000);
  if (gate && times % 2 === 0)
    throw new UsageError(`--gate decides by the median, so --repeat must be odd; it got ${times}: use ${times + 1}`);
  return times;
}

/** @throws UsageError if there is nothing to compare with, and for measures without a baseline */
async function baselineOf({ baseline, metrics, against }: Options): Promise<Baseline | undefined> {
  if (baseline !== undefined) return { runs: await runsAt(baseline), metrics: metricsNamed(metrics) };
  if (metrics !== undefined && against === undefined)
    throw new UsageError('--metrics needs a --baseline to compare with, but none is named');
  return undefined;
}

/** The worst outcome of all runs, a regression included. */
function exitOf(ran: readonly Ran[], baseline: Baseline | undefined): number {
  const outcomes = ran.flatMap(({ results, refused }) => [
    ...results.map(({ verdict }) => verdict.outcome),
    ...(refused ? (['unknown'] as const) : []),
  ]);
  const changes = ran.flatMap((one) => (baseline && tellAgainst(one, baseline)?.comparisons) ?? []);
  if (changes.some(({ change }) => change === 'regression')) return exitCodes.fail;
  return exitCodes[worst(outcomes)];
}

const publisherOf = ({ publish, pushgateway }: Options, instance: string): Publisher =>
  new Publisher({ bucket: publish, pushgateway, instance });

interface Plan {
  readonly scenarios: readonly Scenario[];
  readonly turns: readonly Turn[];
  readonly repeat: number;
  readonly changed: Record<string, string>;
  /** As `--limit` gives them. */
  readonly limits: readonly string[];
  readonly config: Config;
  readonly publisher: Publisher;
  readonly abort?: AbortLimits;
  readonly notify?: Prepared['notify'] | undefined;
  /** Who follows the runs. */
  readonly live: Live;
  /** What the user called each scenario. */
  readonly called: ReadonlyMap<string, string>;
  readonly flags: Options;
}

/** Like `runEach`, on one stack that is opened once. Anything left behind at the end is a failure. */
async function runOnOne(stack: Stack, plan: Plan, on?: string): Promise<Ran[]> {
  const running = on === undefined ? {} : { running: await runningOf(stack, on, plan.scenarios) };
  return onOneStack(stack, running, (shared) => runEach(shared, plan));
}

const runEach = (stack: Stack, plan: Plan): Promise<Ran[]> =>
  interruptible(async (signal) => {
    const ran: (Ran & { readonly results: RunResult[]; refused?: true })[] = [];
    for (const scenario of plan.scenarios) {
      const skipped = await whySkipped(scenario, stack);
      if (skipped) say(`SKIPPED ${scenario.name}: ${skipped}`);
      ran.push({ scenario: scenario.name, stack: stack.kind, results: [], ...(skipped && { skipped }) });
    }
    for (const { scenario, round } of plan.turns) {
      const { skipped, results } = ran[scenario]!;
      if (skipped || signal.aborted) continue;
      const result = await runOnce(plan.scenarios[scenario]!, round, stack, plan, signal).catch((error: unknown) => {
        // The first refusal is bad input. A later one leaves a run out; the others still count.
        if (!(error instanceof UsageError) || ran.every(({ results }) => results.length === 0)) throw error;
        warn(error.message);
        ran[scenario]!.refused = true;
      });
      if (result) results.push(result);
    }
    return ran;
  });

/** As `runEach`, for two stacks in turn. */
const runPairs = (stacks: Against, plan: Plan): Promise<PairRan[]> =>
  interruptible(async (signal) => {
    const ran = plan.scenarios.map(({ name }): PairRan => ({ scenario: name, before: [], after: [] }));
    for (const { scenario, round, variant } of pairs(plan.turns)) {
      const skipped = await whySkipped(plan.scenarios[scenario]!, stacks[variant]);
      if (skipped) say(`SKIPPED ${plan.scenarios[scenario]!.name} (${variant}): ${skipped}`);
      else if (!signal.aborted)
        ran[scenario]![variant].push(await runOnce(plan.scenarios[scenario]!, round, stacks[variant], plan, signal));
    }
    return ran;
  });

async function runOnce(
  scenario: Scenario,
  round: number,
  stack: Stack,
  { repeat, changed, limits: words, config, publisher, abort = {}, notify, live, called, flags }: Plan,
  signal: AbortSignal,
): Promise<RunResult> {
  using display = openDisplay(repeat > 1 ? `${scenario.name} (${round} of ${repeat})` : scenario.name);
  const { onStep } = display;
  const { load, name } = scenario;
  const again = { called: called.get(name) ?? name, load, changed, manifests: config.manifests, limits: words };
  const command = commandOf({ ...again, stack: stack.kind, flags });
  const limits = limitChanges(config, scenario.name, words);
  const result = await runDrill({
    ...config,
    ...{ limits, scenario, stack, changed, abort, command, signal, onStep, onEvent: live.beside(display.onEvent) },
    ...(notify && { notify }),
  });
  display[Symbol.dispose]();
  live.judged(result.verdict.outcome);
  printResult(result);
  for (const failed of await publisher.publish(config.out, result)) warn(failed);
  return result;
}
