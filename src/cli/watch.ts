import { Command } from 'commander';
import { type Duration, durationOf } from '../duration.ts';
import { exitCodes, UsageError } from '../errors.ts';
import { readConfig } from '../project/config.ts';
import { runDrill } from '../run/index.ts';
import { defineScenario, type Scenario } from '../scenario/index.ts';
import { limitsFromConfig } from '../scenario/limits.ts';
import { loadSchema } from '../scenario/load.ts';
import { addClusterOptions, type ClusterFlags, prepareWatch, withAlerts } from './cluster.ts';
import { openDisplay } from './display.ts';
import { addLiveOptions, type LiveFlags, openLive, withChat } from './live.ts';
import { outOption } from './options.ts';
import { printResult } from './print-result.ts';

interface Options extends ClusterFlags, LiveFlags {
  readonly for: string;
  readonly rate: string;
  readonly writers: string;
  readonly out?: string;
}

/** `pgdrill watch`: the probes of a drill around maintenance or an incident, without a fault. */
export function watchCommand(): Command {
  const command = new Command('watch')
    .description('probe and observe an existing cluster around maintenance or an incident; injects no fault')
    .option('--for <time>', 'how long, such as 90s or 15m; Ctrl-C ends it earlier, with a report', '15m')
    .option('--rate <number>', 'writes per second', '10')
    .option('--writers <number>', 'clients that write', '4')
    .addOption(outOption());
  return addClusterOptions(addLiveOptions(command)).action(async (options: Options) => {
    process.exitCode = await watch(options);
  });
}

async function watch(options: Options): Promise<number> {
  const config = await readConfig({ stack: 'cluster', out: options.out });
  const load = loadSchema.safeParse({ ratePerSecond: Number(options.rate), writers: Number(options.writers) });
  if (!load.success)
    throw new UsageError(
      `--rate expects writes per second and --writers a whole number; they got ${options.rate} and ${options.writers}`,
    );
  const time = durationOf(options.for);
  const ended = new AbortController();
  let begun = false;
  const onBegin = () => {
    begun = true;
  };
  const scenario = withAlerts({ ...watching(time, ended.signal, onBegin), load: load.data }, options);
  await using live = await openLive(options);
  const notify = withChat(undefined, options);
  const { stack, abort } = await prepareWatch(scenario, options);
  const abandon = new AbortController();
  // Before it has begun, as while the database is not reachable, there is nothing to report on.
  const stop = () => (ended.signal.aborted || !begun ? abandon : ended).abort();
  process.on('SIGINT', stop).on('SIGTERM', stop);
  try {
    using display = openDisplay(`watching ${stack.name} for ${options.for}`);
    const { onStep } = display;
    const command = `pgdrill watch --for ${options.for}`;
    const result = await runDrill({
      ...config,
      limits: limitsFromConfig(config.limits, scenario.name),
      scenario,
      stack,
      abort,
      command,
      signal: abandon.signal,
      onStep,
      onEvent: live.beside(display.onEvent),
      ...(notify && { notify }),
    });
    display[Symbol.dispose]();
    live.judged(result.verdict.outcome);
    printResult(result);
    return exitCodes[result.verdict.outcome];
  } finally {
    process.off('SIGINT', stop).off('SIGTERM', stop);
  }
}

/** A scenario in which nothing is broken. What others break meanwhile is theirs; that acknowledged writes stay is judged. */
const watching = (time: Duration, ended: AbortSignal, onBegin: () => void): Scenario =>
  defineScenario({
    name: 'watch',
    asks: 'What do clients see of what others do to this cluster?',
    needs: [],
    limits: { undeclaredLosses: { max: 0 }, splitBrainMs: { max: 0 } },
    async drill({ hold, settled }) {
      onBegin();
      const enough = new Promise<void>((resolve) => ended.addEventListener('abort', () => resolve(), { once: true }));
      await Promise.race([hold(time, 'nothing is broken; Ctrl-C ends the watch'), enough]);
      await settled({ within: '3m' });
    },
  });
