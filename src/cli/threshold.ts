import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Command } from 'commander';
import { parseDurationMs } from '../duration.ts';
import { exitCodes, SetupError, UsageError } from '../errors.ts';
import { type FaultKind, isFault } from '../faults/index.ts';
import { instead } from '../faults/refused.ts';
import { decidedBy } from '../measure/threshold/decides.ts';
import type { Range } from '../measure/threshold/estimate.ts';
import { parseAssignments, readConfig } from '../project/config.ts';
import { ownCommand } from '../project/own-name.ts';
import { thresholdLines, trialLine } from '../report/threshold.ts';
import { demandOut } from '../run/files/out.ts';
import { runDrill, whySkipped } from '../run/index.ts';
import { onOneStack } from '../run/shared-stack.ts';
import { doseOf, findThreshold, trialOf } from '../study/threshold.ts';
import { interruptible } from './interrupt.ts';
import { makeReady } from './make-ready.ts';
import { outOption, stackOption, wholeNumber, withOption } from './options.ts';
import { refuseWrongSettings } from './refuse-settings.ts';
import { say } from './say.ts';
import { stackOf } from './stack.ts';

interface Options {
  readonly stack?: string;
  readonly out?: string;
  readonly with: readonly string[];
  readonly trials: string;
  readonly from?: string;
  readonly to?: string;
}

/** `pgdrill threshold`: how long a fault may last, or how slow it may be, before another instance takes over. */
export function thresholdCommand(): Command {
  return new Command('threshold')
    .description('find how long a fault of the primary may last, or how slow it may be, before a failover happens')
    .argument('<fault>', 'such as freeze, pause-host, disk-stall or slow-link')
    .addOption(stackOption())
    .addOption(outOption())
    .addOption(withOption())
    .option('--trials <number>', 'drills to make, each of one length', '10')
    .option('--from <time>', 'shortest length, or smallest delay (default: 1s; slow-link: 20ms)')
    .option('--to <time>', 'longest length, or largest delay (default: 40s; slow-link: 5s)')
    .action(async (fault: string, options: Options) => {
      process.exitCode = await threshold(fault, options);
    });
}

async function threshold(word: string, options: Options): Promise<number> {
  if (!isFault(word)) throw new UsageError(`${word} is not a fault${instead(word)}`);
  const config = await readConfig({ stack: options.stack, out: options.out });
  const stack = await stackOf(config);
  if (stack.kind === 'cluster')
    throw new UsageError('threshold breaks a primary again and again, which it does on the stacks lab and k3s only');
  const changed = { ...config.with, ...parseAssignments(options.with) };
  const { range, ...dose } = ranged(word, options);
  const trials = wholeNumber('--trials', options.trials, 3, 200);
  const first = trialOf(word, { ...dose, range }, range.from);
  refuseWrongSettings(stack, changed, [first.topology]);
  const reason = await whySkipped(first, stack);
  if (reason) throw new SetupError(`the threshold of ${word} cannot be found: ${reason}`);
  await demandOut(config.out);
  const missing = await makeReady(stack, config.out);
  if (missing) throw new SetupError(missing);
  const settings = stack.planned({ ...first.topology, settings: { ...first.topology.settings, ...changed } });
  const command = `${ownCommand} threshold ${word} --stack ${stack.kind}`;
  await onOneStack(stack, {}, async (shared) => {
    const looked = await interruptible((signal) =>
      findThreshold({
        ...{ range, trials, signal },
        run: (ms) => {
          const scenario = trialOf(word, { ...dose, range }, ms);
          return runDrill({ out: config.out, scenario, stack: shared, changed, command, signal });
        },
        onTrial: (trial, more) => say(trialLine(dose.parameter, trial, more)),
      }),
    );
    const about = { fault: word, stack: stack.kind, parameter: dose.parameter, range, changed, settings };
    const decided = decidedBy(word, settings, looked.threshold);
    const file = join(config.out, `threshold-${word}-${stack.kind}.json`);
    await writeFile(file, `${JSON.stringify({ format: 1, ...about, ...looked, decided }, null, 2)}\n`);
    say(...thresholdLines({ ...about, ...looked, ...(decided && { decided }) }), `  trials kept in ${file}`);
  });
  return exitCodes.pass;
}

/** The range that is asked for. @throws UsageError where it ends before it begins */
function ranged(fault: FaultKind, { from, to }: Options): ReturnType<typeof doseOf> {
  const dose = doseOf(fault);
  const range: Range = {
    ...dose.range,
    ...(from !== undefined && { from: parseDurationMs(from) }),
    ...(to !== undefined && { to: parseDurationMs(to) }),
  };
  if (range.to < 1.5 * range.from || range.from < 1)
    throw new UsageError(
      `threshold looks from ${range.from} to ${range.to} ms: the largest has to be 1.5 times the smallest or more, which is 1 ms or more`,
    );
  return { ...dose, range };
}
