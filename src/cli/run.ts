import { Command } from 'commander';
import { findScenario } from '../catalogue.ts';
import { type Config, parseAssignments, readConfig } from '../config.ts';
import { exitCodes, SetupError, UsageError } from '../errors.ts';
import type { Result } from '../measure/verdict.ts';
import { summaryLines } from '../report/terminal.ts';
import { reportFile } from '../run/folder.ts';
import { shareStack } from '../run/shared-stack.ts';
import { type RunResult, runDrill, whySkipped } from '../run.ts';
import { loadSchema, type Scenario } from '../scenario.ts';
import { loadStack } from '../stacks/index.ts';
import type { Stack } from '../stacks/stack.ts';
import { playDemo } from './demo.ts';
import { openDisplay } from './display.ts';
import { interruptible } from './interrupt.ts';
import { outOption, stackOption, withOption } from './options.ts';
import { refuseUnknownSettings } from './settings.ts';

interface Options {
  readonly stack?: string;
  readonly out?: string;
  readonly rate?: string;
  readonly writers?: string;
  readonly seed?: string;
  readonly repeat: string;
  readonly reuse?: boolean;
  readonly with: readonly string[];
}

const defaultScenario = 'primary-crash';

/** `pgdrill run`: drills, one after another, each judged and reported. */
export function runCommand(): Command {
  return new Command('run')
    .description(`run drills and judge them (without a name: ${defaultScenario})`)
    .argument('[scenario...]', 'names of scenarios, or paths of scenario files')
    .addOption(stackOption())
    .option('--repeat <times>', 'run each so often', '1')
    .option('--reuse', 'all runs of this command on one stack, opened once and found whole before each')
    .addOption(withOption())
    .addOption(outOption())
    .option('--rate <number>', 'writes per second, instead of the scenario’s')
    .option('--writers <number>', 'clients that write, instead of the scenario’s')
    .option('--seed <number>', 'seed of the load’s arrivals')
    .action(async (names: string[], options: Options) => {
      process.exitCode = await runAll(names, options);
    });
}

async function runAll(names: readonly string[], options: Options): Promise<number> {
  const { with: words, repeat: times, stack: kind, out, seed } = options;
  const config = await readConfig({ stack: kind, out, seed });
  const repeat = Number(times);
  if (!Number.isInteger(repeat) || repeat < 1 || repeat > 1000)
    throw new UsageError(`--repeat expects a whole number from 1 to 1000; it got "${times}"`);
  const changed = { ...config.with, ...parseAssignments(words) };
  const chosen = names.length > 0 ? names : [defaultScenario];
  const found = await Promise.all(chosen.map((name) => findScenario(config.scenarios, name)));
  const scenarios = found.map(({ scenario }) => withLoad(scenario, options));
  const stack = await loadStack(config.stack);
  refuseUnknownSettings(stack, changed);
  const missing = await stack.unavailable();
  if (missing) {
    console.error(`pgdrill: ${missing}`);
    if (names.length === 0 && config.stack === 'lab') await playDemo();
    return exitCodes.unknown;
  }
  const plan = { scenarios, repeat, changed, config };
  return options.reuse ? runOnOne(stack, plan) : runEach(stack, plan);
}

interface Plan {
  readonly scenarios: readonly Scenario[];
  readonly repeat: number;
  readonly changed: Record<string, string>;
  readonly config: Config;
}

/** As `runEach`, on one stack that is opened once. What it leaves behind at the end is a failure. */
async function runOnOne(stack: Stack, plan: Plan): Promise<number> {
  const shared = shareStack(stack);
  let left: string[] = [];
  let code: number;
  try {
    code = await runEach(shared, plan);
  } finally {
    left = await shared.close();
  }
  if (left.length > 0) throw new SetupError(`the stack left behind: ${left.join(', ')}; run: pgdrill heal`);
  return code;
}

async function runEach(stack: Stack, { scenarios, repeat, changed, config }: Plan): Promise<number> {
  const results: Result[] = [];
  await interruptible(async (signal) => {
    for (const scenario of scenarios) {
      const reason = await whySkipped(scenario, stack);
      if (reason) console.log(`SKIPPED ${scenario.name}: ${reason}`);
      for (let round = 1; round <= repeat && !reason && !signal.aborted; round++) {
        const title = repeat > 1 ? `${scenario.name} (${round} of ${repeat})` : scenario.name;
        const command = commandOf(scenario, stack, changed);
        using display = openDisplay(title);
        const { onStep, onEvent } = display;
        const result = await runDrill({ ...config, scenario, stack, changed, command, signal, onStep, onEvent });
        display[Symbol.dispose]();
        tell(result);
        results.push(result.verdict.outcome);
      }
    }
  });
  if (results.includes('fail')) return exitCodes.fail;
  return results.length === 0 || results.includes('unknown') ? exitCodes.unknown : exitCodes.pass;
}

/** @throws UsageError for a load that cannot be */
function withLoad(scenario: Scenario, { rate, writers }: Pick<Options, 'rate' | 'writers'>): Scenario {
  const changes = {
    ...(rate !== undefined && { ratePerSecond: Number(rate) }),
    ...(writers !== undefined && { writers: Number(writers) }),
  };
  const load = loadSchema.safeParse({ ...scenario.load, ...changes });
  if (load.success) return { ...scenario, load: load.data };
  throw new UsageError(
    `--rate expects writes per second (above 0, at most 20,000) and --writers a whole number from 1 to 1,000; they got ${rate ?? 'nothing'} and ${writers ?? 'nothing'}`,
  );
}

function tell({ verdict, folder, place, trouble }: RunResult): void {
  for (const line of summaryLines(verdict)) console.log(line);
  if (trouble) console.log(trouble.message);
  if (place) console.log(`write outage: ${place}`);
  console.log(`report: ${reportFile(folder)}`);
  console.log(verdict.sentence);
}

const commandOf = ({ name, load }: Scenario, stack: Stack, changed: Record<string, string>): string => {
  const changes = Object.entries(changed).map(([name, value]) => ` --with ${name}=${value}`);
  return `npm run -s pgdrill -- run ${name} --stack ${stack.kind} --rate ${load.ratePerSecond} --writers ${load.writers}${changes.join('')}`;
};
