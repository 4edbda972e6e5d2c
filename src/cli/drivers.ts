import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Command } from 'commander';
import { adapters } from '../clients/catalogue.ts';
import { findClients } from '../clients/in-run.ts';
import { isInstalled } from '../clients/install.ts';
import { cellLevels, drillOf, matrixPaths, variantOf, variants } from '../clients/matrix.ts';
import { parseDurationMs } from '../duration.ts';
import { exitCodes, SetupError, UsageError } from '../errors.ts';
import { type FaultKind, isFault } from '../faults/index.ts';
import { readRunFile } from '../journal/read.ts';
import { judge } from '../measure/judge.ts';
import { readConfig } from '../project/config.ts';
import { ownCommand } from '../project/own-name.ts';
import { type DriverPoint, driverPoints, renderDrivers, whyNoPoint } from '../report/drivers.ts';
import { journalFile } from '../run/folder.ts';
import { type Cell, combinations, levelsOf, planCells } from '../scenario/cells.ts';
import { loadStack } from '../stacks/index.ts';
import type { Stack } from '../stacks/stack.ts';
import { runCells } from '../study/run-cells.ts';
import { openStore, pending, type Store } from '../study/store.ts';
import { interruptible } from './interrupt.ts';
import { makeReady } from './make-ready.ts';
import { outOption, stackOption, wholeNumber } from './options.ts';
import { say } from './say.ts';

interface Options {
  readonly stack?: string;
  readonly out?: string;
  readonly client?: readonly string[];
  readonly path: string;
  readonly settings: string;
  readonly repeat: string;
  readonly jobs: string;
  readonly stopAfter: string;
  readonly quick?: true;
  readonly dryRun?: true;
}

const defaultFaults: readonly FaultKind[] = ['crash', 'isolate', 'switchover'];
/** A run takes about so long before one was made. */
const eachAboutMs = 110_000;

/** `pgdrill drivers`: a matrix of client programs, paths and faults; resumable. */
export function driversCommand(): Command {
  return new Command('drivers')
    .description('run client programs side by side through faults and paths, and report which came back, and when')
    .argument('[fault...]', `faults of the primary (default: ${defaultFaults.join(', ')})`)
    .option(
      '--client <use>',
      'client program, with its settings (repeatable; default: every installed adapter)',
      (word: string, before: string[] = []) => [...before, word],
    )
    .option('--path <paths>', `how clients connect: ${matrixPaths.join(', ')}`, 'direct,pooler')
    .option(
      '--settings <which>',
      'default: as --client has them; proposed: with the settings that pgdrill proposes for the path; default,proposed: both side by side',
      'default',
    )
    .option('--repeat <times>', 'runs of each fault and path', '2')
    .option('--quick', 'one run of each fault, on the direct path')
    .addOption(stackOption())
    .addOption(outOption())
    .option('--jobs <number>', 'stacks that run at once', '1')
    .option('--stop-after <time>', 'start no run after this; repeat the command to continue', '24h')
    .option('--dry-run', 'show how long it takes; run nothing')
    .action(async (faults: string[], options: Options) => {
      process.exitCode = await runDrivers(faults, options);
    });
}

async function runDrivers(words: readonly string[], options: Options): Promise<number> {
  const config = await readConfig({ stack: options.stack, out: options.out });
  const stack = await loadStack(config.stack);
  const clients = options.client ?? adapters().flatMap((one) => (isInstalled(one) ? [one.name] : []));
  if (clients.length === 0)
    throw new UsageError(
      `no client program is installed; run ${ownCommand} clients install all, or name one with --client`,
    );
  const factors = {
    path: options.quick ? ['direct'] : wordsOf('--path', options.path, matrixPaths),
    fault: faultsOf(words, stack),
  };
  const repeat = options.quick ? 1 : wholeNumber('--repeat', options.repeat, 1, 100);
  const jobs = wholeNumber('--jobs', options.jobs, 1, 16);
  const stopAfterMs = parseDurationMs(options.stopAfter);
  const chosen = wordsOf('--settings', options.settings, variants);
  const all = combinations(factors).map(({ path, fault }) => cellLevels(path!, chosen, fault!));
  for (const levels of all) findClients(drillOf(clients, levels), stack.kind);
  // Faults, paths and repeats may be added later: the runs that were made stay.
  const folder = join(config.out, `drivers-${stack.kind}`);
  const store = await openStore(folder, { clients }, config.seed ?? 1, ['factors']);
  const cells = planCells(all, () => repeat, store.seed);
  const left = pending(cells, store).length;
  say(
    `${clients.length} client programs, ${cells.length} runs, ${left} to make, about ${Math.ceil((left * eachAboutMs) / jobs / 60_000)} minutes`,
  );
  if (options.dryRun) return exitCodes.pass;
  const missing = await makeReady(stack, config.out);
  if (missing) throw new SetupError(missing);
  await interruptible(async (signal) => {
    await runCells({
      ...{ stack, cells, store, jobs, signal, stopAfterMs, say },
      runOf: ({ levels }) => ({ scenario: drillOf(clients, levels), changed: {} }),
      holdAtMostMs: Number.POSITIVE_INFINITY,
      whyLost: async ({ trouble, verdict, folder: made }) =>
        trouble?.message ?? whyNoPoint(await readRunFile(journalFile(made)), verdict),
      command: `${ownCommand} drivers --stack ${stack.kind}`,
    });
  });
  return conclude(stack, cells, store);
}

/** @throws UsageError for a word that is not a fault of this stack that hits a primary */
function faultsOf(words: readonly string[], stack: Stack): FaultKind[] {
  const chosen = words.length > 0 ? words : defaultFaults;
  return chosen.map((word) => {
    if (!isFault(word) || !stack.capabilities.has(word))
      throw new UsageError(
        `${word} is not a fault of the stack ${stack.kind}; expected faults such as ${defaultFaults.join(', ')}, freeze`,
      );
    return word;
  });
}

/** @throws UsageError for a word that is none of those that an option takes */
function wordsOf<W extends string>(option: string, text: string, known: readonly W[]): W[] {
  return text.split(',').map((word) => {
    if (!known.includes(word as W)) throw new UsageError(`${option} expects ${known.join(', ')}; it got ${word}`);
    return word as W;
  });
}

async function conclude(stack: Stack, cells: readonly Cell[], store: Store): Promise<number> {
  const points: DriverPoint[] = [];
  const made = store.done();
  for (const done of made) {
    const run = await readRunFile(store.journalOf(done));
    const levels = levelsOf(done.cell);
    const { path, fault } = levels;
    for (const point of driverPoints(run, judge(run), { fault: fault!, path: path!, variant: 'default' }))
      points.push({ ...point, ...variantOf(point.client, levels) });
  }
  const place = ({ fault, path, variant }: DriverPoint): string => `${fault} ${path} ${variant}`;
  points.sort((a, b) => (place(a) < place(b) ? -1 : place(a) > place(b) ? 1 : 0));
  const missing = pending(cells, store).length;
  const text = renderDrivers({ stack: stack.kind, points, missing });
  if (made.length > 0) {
    await writeFile(join(store.folder, 'drivers.md'), text);
    await writeFile(join(store.folder, 'drivers.json'), `${JSON.stringify(points, null, 2)}\n`);
    say(`The report is ${join(store.folder, 'drivers.md')}`);
  }
  const stuck = points.reduce((sum, point) => sum + point.stuck, 0);
  say(
    `${points.length} results of client programs; ${stuck === 0 ? 'none had a stuck client' : `${points.filter((point) => point.stuck > 0).length} had stuck clients`}`,
  );
  return missing > 0 ? exitCodes.unknown : exitCodes.pass;
}
