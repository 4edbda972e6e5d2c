import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { Command } from 'commander';
import { parseDurationMs } from '../duration.ts';
import { exitCodes, SetupError, UsageError } from '../errors.ts';
import { readRunFile } from '../journal/read.ts';
import { isOfClients } from '../load/writers/settings.ts';
import { judge } from '../measure/judge.ts';
import { isWithin, type StudyRun } from '../measure/study/effects.ts';
import { decide, foundBeyond, shiftText } from '../measure/study/hypotheses.ts';
import { lossesOf } from '../measure/study/losses.ts';
import { readConfig } from '../project/config.ts';
import { ownCommand } from '../project/own-name.ts';
import { renderStudy } from '../report/study/study.ts';
import { studyFigure } from '../report/study/study-figure.ts';
import { whySkipped } from '../run/index.ts';
import { type Cell, combinations, type Levels, planCells } from '../scenario/cells.ts';
import type { Study } from '../scenario/study.ts';
import { loadStack } from '../stacks/index.ts';
import type { Stack } from '../stacks/stack.ts';
import { runCells } from '../study/run-cells.ts';
import { openStore, type Store } from '../study/store.ts';
import { interruptible } from './interrupt.ts';
import { makeReady } from './make-ready.ts';
import { outOption, stackOption, wholeNumber } from './options.ts';
import { refuseWrongSettings } from './refuse-settings.ts';
import { runningOf } from './running.ts';
import { say } from './say.ts';

interface Options {
  readonly stack?: string;
  readonly out?: string;
  readonly jobs: string;
  readonly on?: string;
  readonly stopAfter: string;
  readonly dryRun?: true;
}

/** A run of a study takes about so long before one was made. */
const eachAboutMs = 75_000;
const builtIn = fileURLToPath(new URL('../../scenarios/studies/', import.meta.url));

/** `pgdrill study`: a factorial of runs that decides hypotheses; resumable. */
export function studyCommand(): Command {
  return new Command('study')
    .description('run all combinations of a study’s factors, in blocks and random order, and decide its hypotheses')
    .argument('<study>', 'name of a study, or path of its file')
    .addOption(stackOption())
    .addOption(outOption())
    .option('--jobs <number>', 'stacks that run at once', '1')
    .option('--on <stack>', 'run on a stack that pgdrill up keeps, by its id; it stays')
    .option('--stop-after <time>', 'start no run after this; repeat the command to continue', '24h')
    .option('--dry-run', 'show how long it takes and what it can find; run nothing')
    .action(async (name: string, options: Options) => {
      process.exitCode = await runStudy(name, options);
    });
}

async function runStudy(name: string, options: Options): Promise<number> {
  const config = await readConfig({ stack: options.stack, out: options.out });
  const stack = await loadStack(config.stack);
  const study = await findStudy(name);
  const jobs = wholeNumber('--jobs', options.jobs, 1, 16);
  const stopAfterMs = parseDurationMs(options.stopAfter);
  if (options.on !== undefined && jobs > 1)
    throw new UsageError(`--on runs on one stack, so --jobs must be 1; it got ${jobs}`);
  const all = combinations(study.factors).filter((levels) => canRun(study, levels, stack));
  for (const levels of all) refuseWrongSettings(stack, settingsOf(levels, stack), [study.scenarioOf(levels).topology]);
  const store = await openStore(
    join(config.out, `study-${study.name}-${stack.kind}`),
    planOf(study, all),
    config.seed ?? 1,
  );
  const cells = planCells(all, study.repeatsOf, store.seed);
  announce(study, cells, store, jobs);
  if (options.dryRun) return exitCodes.pass;
  const missing = await makeReady(stack, config.out);
  if (missing) throw new SetupError(missing);
  for (const levels of all) {
    const reason = await whySkipped(study.scenarioOf(levels), stack);
    if (reason) throw new SetupError(`${study.name} cannot run: ${reason}`);
  }
  const { on } = options;
  const running = on === undefined ? undefined : await runningOf(stack, on, all.map(study.scenarioOf));
  await interruptible(async (signal) => {
    await runCells({
      ...{ stack, cells, store, jobs, signal, running },
      runOf: ({ levels }) => ({ scenario: study.scenarioOf(levels), changed: settingsOf(levels, stack) }),
      holdAtMostMs: Number.POSITIVE_INFINITY,
      stopAfterMs,
      command: `${ownCommand} study ${study.name} --stack ${stack.kind}`,
      say,
    });
  });
  return conclude(study, stack, cells, store);
}

/** @throws UsageError where there is no such study */
async function findStudy(name: string): Promise<Study> {
  const file = [resolve(name), join(builtIn, `${name}.ts`), join(builtIn, `${name}.js`)].find(
    (path) => /\.(ts|js|mjs)$/.test(path) && existsSync(path),
  );
  if (!file) throw new UsageError(`there is no study ${name}: expected a file, or a name in scenarios/studies`);
  const { default: found } = (await import(pathToFileURL(file).href)) as { default?: Study };
  if (typeof found?.scenarioOf !== 'function')
    throw new UsageError(`${file} should export default study({ … }), but its default export is not a study`);
  return found;
}

/** Combinations that a stack has no fault for are left out. */
const canRun = (study: Study, levels: Levels, stack: Stack): boolean =>
  study.scenarioOf(levels).needs.every((need) => stack.capabilities.has(need));

/** The factors that are settings of the stack or of the clients. */
const settingsOf = (levels: Levels, stack: Stack): Record<string, string> =>
  Object.fromEntries(
    Object.entries(levels).filter(([name]) => Object.hasOwn(stack.settings, name) || isOfClients(name)),
  );

const planOf = (study: Study, all: readonly Levels[]) => ({
  name: study.name,
  cells: all.map((levels) => {
    const { topology, load } = study.scenarioOf(levels);
    return { levels, topology, load };
  }),
});

function announce(study: Study, cells: readonly Cell[], store: Store, jobs: number): void {
  const took = store.done().map(({ tookMs }) => tookMs);
  const eachMs = took.length > 0 ? took.reduce((sum, one) => sum + one, 0) / took.length : eachAboutMs;
  const left = cells.length - took.length;
  say(
    `${study.name}: ${cells.length} runs, ${left} to make, about ${Math.ceil((left * eachMs) / jobs / 60_000)} minutes`,
  );
  for (const hypothesis of study.hypotheses) {
    const { says, factor, from, within, metric, above, expectedDeviation } = hypothesis;
    const pairs = cells.filter(({ levels }) => isWithin(levels, { ...within, [factor]: from })).length;
    const beyond = shiftText(metric, above + foundBeyond(hypothesis, pairs));
    say(
      `  "${says}": ${pairs} pairs; decided in 4 of 5 such studies if the truth is ${beyond} or more (expected spread ${shiftText(metric, expectedDeviation).slice(1)})`,
    );
  }
}

async function conclude(study: Study, stack: Stack, cells: readonly Cell[], store: Store): Promise<number> {
  const runs: StudyRun[] = [];
  for (const done of store.done()) {
    const cell = cells.find(({ id }) => id === done.cell);
    if (!cell) continue;
    const run = await readRunFile(store.journalOf(done));
    const { measured } = judge(run);
    const values = Object.fromEntries(
      measured.filter(({ metric }) => study.metrics.includes(metric)).map(({ metric, value }) => [metric, value]),
    );
    runs.push({ block: cell.block, levels: cell.levels, run: done.run, measured: values, losses: lossesOf(run) });
  }
  const decided = study.hypotheses.map((hypothesis) => decide(runs, hypothesis));
  const missing = cells.length - runs.length;
  const { name, asks, factors, metrics } = study;
  const text = renderStudy({ name, asks, factors, metrics, stack: stack.kind, runs, missing, decided });
  await writeFile(join(store.folder, 'summary.md'), text);
  await writeFile(join(store.folder, 'summary.json'), `${JSON.stringify({ runs, decided }, null, 2)}\n`);
  await writeFile(join(store.folder, 'figure.svg'), studyFigure(runs, factors, metrics[0]!));
  for (const { sentence } of decided) say(sentence);
  say(`summary: ${join(store.folder, 'summary.md')}`);
  if (missing > 0) say(`${missing} of ${cells.length} runs are missing: repeat the command to make them`);
  return missing > 0 || decided.some(({ decision }) => decision === 'not decided') ? exitCodes.unknown : exitCodes.pass;
}
