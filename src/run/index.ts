/** One run of a scenario on a stack: prepare → steady → fault → settle → verify, then judged and reported. */
import { createHash, randomInt } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { explainEnd, type PgdrillError, UsageError } from '../errors.ts';
import { isFault } from '../faults/index.ts';
import type { Hook } from '../hooks/hook.ts';
import { type EndHooks, startHooks } from '../hooks/index.ts';
import { startClock } from '../journal/clock.ts';
import type { EventOf, JournalEvent } from '../journal/event.ts';
import { machine } from '../journal/machine.ts';
import { readRunFile } from '../journal/read.ts';
import { type JournalWriter, openJournal } from '../journal/write.ts';
import { withClientSettings, withoutClientSettings } from '../load/writers/settings.ts';
import { log, withSink } from '../log/log.ts';
import { openLog } from '../log/open.ts';
import { changesFor } from '../measure/advice/proposals.ts';
import { judge } from '../measure/judge.ts';
import type { OwnMeasures } from '../measure/own.ts';
import type { Verdict } from '../measure/verdict.ts';
import { callerName, repositoryOf } from '../project/caller.ts';
import { version } from '../project/version.ts';
import { type HistoryLine, historyLine } from '../report/history.ts';
import { renderHtml } from '../report/html/index.ts';
import { firstChange } from '../report/proposal-words.ts';
import type { AbortLimits } from '../safety/abort.ts';
import { contain } from '../safety/user-code.ts';
import { experimentsOf } from '../scenario/experiments.ts';
import type { Scenario } from '../scenario/index.ts';
import { type LimitChange, limitsOn } from '../scenario/limits.ts';
import { checkParameters } from '../scenario/script.ts';
import type { Stack } from '../stacks/stack.ts';
import { conduct } from './conduct.ts';
import { loadExplained } from './explained.ts';
import { demandOut } from './files/out.ts';
import { writeWhole } from './files/written.ts';
import { journalFile, logFile, makeRunFolder, reportFile, runId, verdictFile } from './folder.ts';
import { loadHistory, remember } from './history.ts';
import { Recorder } from './recorder.ts';

export interface RunOptions {
  readonly scenario: Scenario;
  readonly stack: Stack;
  /** Folder of runs; the run makes its own in it. */
  readonly out: string;
  readonly seed?: number | undefined;
  /** Settings of the topology changed for this run. */
  readonly changed?: Readonly<Record<string, string>>;
  /** Limits from outside the scenario. */
  readonly limits?: readonly LimitChange[];
  /** Services to notify of the run, and the reason for it. */
  readonly notify?: { readonly hooks: readonly Hook[]; readonly reason: string };
  /** Limits that end the run while it is under way. */
  readonly abort?: AbortLimits;
  /** The command that repeats this run. */
  readonly command: string;
  readonly signal: AbortSignal;
  /** No `hold` of the drill lasts longer, ms: for studies of many runs. */
  readonly holdAtMostMs?: number | undefined;
  /** What is happening now. */
  readonly onStep?: (text: string) => void;
  /** Every line of the journal as it is written. */
  readonly onEvent?: (event: JournalEvent) => void;
}

export interface RunResult {
  readonly folder: string;
  readonly verdict: Verdict;
  /** Its line of the history. */
  readonly line: HistoryLine;
  readonly lastedMs: number;
  /** What to change, as the report says it first: one sentence. */
  readonly change: string;
  /** Where it stands among earlier runs that can be compared with it: `slowest of 13 drills; by chance 1 in 13`. */
  readonly place?: string;
  /** Why the run ended early, in one sentence. */
  readonly trouble?: PgdrillError;
}

/** Why the scenario cannot run on this stack; undefined if it can. */
export async function whySkipped(scenario: Scenario, stack: Stack): Promise<string | undefined> {
  const lacking = scenario.needs.filter((need) => !stack.capabilities.has(need));
  if (lacking.length > 0) return `the stack ${stack.kind} cannot do ${lacking.join(', ')}`;
  for (const need of scenario.needs.filter(isFault)) {
    const why = await stack.lacks?.(need);
    if (why) return why;
  }
  return undefined;
}

/**
 * Runs a scenario once. Whatever happens, what was broken is healed, the stack is closed and the journal ends.
 * @throws UsageError before the stack is open; nothing is kept of the run then
 * @throws SetupError where its journal, its verdict or its report cannot be written; other trouble is in the result
 */
export async function runDrill(options: RunOptions): Promise<RunResult> {
  checkParameters(options.scenario.drill);
  await experimentsOf(options.scenario.drill);
  // What cannot be kept, or read, is better known now than after a drill of minutes.
  await demandOut(options.out);
  await loadHistory(options.out);
  const changed = withChanges(options.scenario, options.stack, options.changed);
  const startedAt = new Date();
  const scenario = await adopted(changed, options.stack);
  const id = runId(scenario.name, options.stack.kind, startedAt, Math.random());
  const folder = await makeRunFolder(options.out, id);
  await using opened = await openLog(logFile(folder));
  return await withSink(opened.sink, () => drillInto(folder, { ...options, scenario }, id, startedAt));
}

async function drillInto(folder: string, options: RunOptions, id: string, startedAt: Date): Promise<RunResult> {
  const { scenario } = options;
  const about = { run: id, scenario: scenario.name, stack: options.stack.kind };
  log.info('run begins', { ...about, changed: options.changed, pgdrill: version, node: process.version });
  const clock = startClock();
  const journal = await openJournal(journalFile(folder));
  const recorder = new Recorder(journal, clock);
  if (options.onEvent) recorder.listen(options.onEvent);
  const seed = options.seed ?? randomInt(0xffffffff);
  recorder.now<'run'>({ ...header(scenario, options), id, seed, startedAt: startedAt.toISOString() });
  let trouble: PgdrillError | undefined;
  let endHooks: EndHooks = async () => [];
  let opened = false;
  const onOpened = () => {
    opened = true;
  };
  try {
    endHooks = await startHooks(options.notify?.hooks ?? [], { ...about, reason: options.notify?.reason ?? '' });
    const step = logged(options.onStep);
    await contain((ended) => {
      const signal = AbortSignal.any([options.signal, ended]);
      return conduct({ ...options, scenario, folder, recorder, seed, step, signal, onOpened });
    });
  } catch (error) {
    trouble = explainEnd(error, options.signal);
    log.error('run ends early', { why: trouble.message, stack: error instanceof Error ? error.stack : undefined });
  }
  const end = async (outcome: string, sentence: string) => {
    const ending = { event: trouble ? 'abort' : 'end', outcome, sentence: trouble?.message ?? sentence } as const;
    for (const untold of await endHooks(ending)) options.onStep?.(untold);
  };
  try {
    if (trouble instanceof UsageError && !opened) throw await refused(trouble, journal, folder);
    if (trouble) recorder.note(trouble.message, 'error');
    const reason = trouble === undefined ? 'done' : options.signal.aborted ? 'interrupted' : 'error';
    const detail = trouble && { detail: trouble.message };
    recorder.now<'end'>({ kind: 'end', reason, ...detail, lines: journal.written });
    await journal.close();
    const concluded = await conclude(folder, options);
    const { outcome, sentence } = concluded.verdict;
    log.info('run ends', { outcome, sentence });
    await end(outcome, sentence);
    return { folder, ...concluded, ...(trouble && { trouble }) };
  } catch (error) {
    // Silences and annotations end also if the journal or the report cannot be written.
    await end('unknown', (error as Error).message);
    throw error;
  }
}

/** Nothing has run, so nothing is kept. */
async function refused(why: UsageError, journal: JournalWriter, folder: string): Promise<UsageError> {
  await journal.close().catch(() => {});
  await rm(folder, { recursive: true, force: true });
  return why;
}

/** A step is shown and logged. */
function logged(onStep: RunOptions['onStep']): (text: string) => void {
  return (text) => {
    log.info(text);
    onStep?.(text);
  };
}

/** Judges the journal of a run’s folder, writes its verdict, its report and its line of the history. */
async function conclude(
  folder: string,
  { out, stack, scenario }: RunOptions,
): Promise<Omit<RunResult, 'folder' | 'trouble'>> {
  const run = await readRunFile(journalFile(folder));
  const verdict = judge(run, undefined, undefined, scenario.measures);
  await writeWhole('the verdict', verdictFile(folder), `${JSON.stringify(verdict, null, 2)}\n`);
  const line = historyLine(run, verdict);
  const earlier = await loadHistory(out);
  const explained = await loadExplained(out, verdict.scenario, verdict.stack);
  const known = { history: [...earlier, line], explained, levers: stack.timers };
  await writeWhole('the report', reportFile(folder), renderHtml(run, verdict, known));
  const place = await remember(out, line, earlier);
  const change = firstChange(changesFor(run, verdict, stack.timers ?? [], explained), verdict);
  return { verdict, line, lastedMs: run.lastUs / 1000, change, ...(place && { place }) };
}

/** An existing stack has its own topology. */
async function adopted(scenario: Scenario, { adopt }: Stack): Promise<Scenario> {
  return adopt ? { ...scenario, topology: await adopt(scenario.topology) } : scenario;
}

/**
 * The scenario with settings of its stack and its clients changed.
 * @throws UsageError for a setting that the stack does not have, or a value that it refuses
 */
export function withChanges(
  scenario: Scenario,
  stack: Stack,
  changed: Readonly<Record<string, string>> = {},
): Scenario {
  const settings = { ...scenario.topology.settings, ...withoutClientSettings(changed) };
  const load = withClientSettings(scenario.load, changed);
  const topology = { ...scenario.topology, settings };
  stack.planned(topology);
  return { ...scenario, load, topology };
}

function header(
  scenario: Scenario,
  options: RunOptions,
): Omit<EventOf<'run'>, 'seq' | 'tUs' | 'id' | 'seed' | 'startedAt'> {
  const { name, asks, needs, topology, load, limits, measures, drill } = scenario;
  const repository = repositoryOf(process.cwd());
  const hash = createHash('sha256')
    .update(JSON.stringify([name, topology, load, limits, String(drill)]))
    .digest('hex');
  return {
    kind: 'run',
    format: 1,
    scenario: { name, asks, hash: hash.slice(0, 16) },
    needs: [...needs],
    stack: options.stack.kind,
    topology,
    load,
    limits: limitsOn(limits, options.stack.kind, options.limits) as EventOf<'run'>['limits'],
    ...(measures && { own: declared(measures) }),
    changed: { ...options.changed },
    ...{ version, by: callerName(), host: machine() },
    ...(repository && { repository }),
    command: options.command,
  };
}

/** What the journal says of the scenario's own measures: enough to miss one whose file is gone. */
const declared = (measures: OwnMeasures): NonNullable<EventOf<'run'>['own']> =>
  Object.fromEntries(
    Object.entries(measures).map(
      ([
        name,
        {
          unit,
          means,
          limit: { min, max },
        },
      ]) => [name, { unit, means, limit: { ...(min !== undefined && { min }), ...(max !== undefined && { max }) } }],
    ),
  );
