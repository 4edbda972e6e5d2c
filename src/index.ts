/**
 * The public API: write scenarios, run them, judge what was recorded, and render it.
 *
 * Importing it loads only what `scenario` needs. Everything else is loaded with the first call.
 *
 * @module pgdrill
 */
import { createRequire } from 'node:module';
import { SetupError } from './errors.ts';
import type { Run } from './journal/run.ts';
import type { OwnMeasures } from './measure/own.ts';
import type { Verdict } from './measure/verdict.ts';
import type { Format } from './report/index.ts';
import type { RunOptions, RunResult } from './run/index.ts';
import type { Scenario } from './scenario/index.ts';
import type { Stack } from './stacks/stack.ts';

export type { Duration } from './duration.ts';
export { PgdrillError, SetupError, UsageError } from './errors.ts';
export type { Group, Instance, Target } from './faults/aim.ts';
export type { Account, Bracket } from './faults/contract.ts';
export type { FaultKind, ParameterArgument, ParametersOf, TargetOf } from './faults/index.ts';
export type { Capability, StackKind, UndoRecord } from './faults/target.ts';
export type { About, Ending, Hook } from './hooks/hook.ts';
export type { Column } from './journal/columns/narrow.ts';
export type { EventKind, EventOf, JournalEvent, Stream } from './journal/event.ts';
export type { Connects, Ops, Run, Slots } from './journal/run.ts';
export type { Endpoint } from './load/endpoint.ts';
export type { LoadGenerator } from './load/process/share.ts';
export type { Lever } from './measure/advice/proposal.ts';
export type { MetricName, Unit } from './measure/metrics.ts';
export type { OwnMeasure, OwnMeasures, OwnResult } from './measure/own.ts';
export type { Hypothesis } from './measure/study/hypotheses.ts';
export type {
  Cause,
  Check,
  Episode,
  Limit,
  Measured,
  OwnCheck,
  Phase,
  Reason,
  Result,
  Verdict,
} from './measure/verdict.ts';
export type { Assertion, Expected } from './postgres/assertion.ts';
export type { HistoryLine } from './report/history.ts';
export type { Known } from './report/html/view.ts';
export type { Format, Reporter } from './report/index.ts';
export type { RunOptions, RunResult } from './run/index.ts';
export type { AbortLimits } from './safety/abort.ts';
export type { Levels } from './scenario/cells.ts';
export type { Disturbance, Drill, InjectedFault, Mark, Within } from './scenario/drill.ts';
export { type LimitsInput, type Scenario, type ScenarioInput, scenario } from './scenario/index.ts';
export type { LimitChange, Limits, ScenarioLimit } from './scenario/limits.ts';
export type { Load } from './scenario/load.ts';
export { type Study, type StudyInput, study } from './scenario/study.ts';
export type { Durability, Topology } from './scenario/topology.ts';
export type { Knobs, Takes } from './settings/setting.ts';
export type { Timer } from './settings/timer.ts';
export type { RecoveryTarget } from './stacks/backup/recovery-target.ts';
export type { BackupInfo, BackupOptions, Backups, Restored, StoreListing } from './stacks/backups.ts';
export type {
  ActiveFault,
  LogCut,
  OpenOptions,
  OpenStack,
  Progress,
  Remark,
  Seen,
  Stack,
  StackFacts,
} from './stacks/stack.ts';

/** What {@link run} takes: the scenario and the stack by name or as objects; everything else has a default. */
export interface DrillOptions extends Partial<Omit<RunOptions, 'scenario' | 'stack'>> {
  /** A scenario, the name of one (your own in `scenarios/`, or a built-in one), or the path of its file. */
  readonly scenario: Scenario | string;
  /** Where it runs; default `lab`. */
  readonly stack?: Stack | 'lab' | 'k3s';
}

/**
 * Runs a drill once, judges it, and writes its folder: journal, verdict and report.
 *
 * What the drill broke is healed and the stack is closed in any case, also if `signal` aborts it.
 *
 * @returns the folder and the verdict; `trouble` if the run ended early, in which case the outcome is never `pass`
 * @throws UsageError for bad input: an unknown scenario, a setting that the stack refuses
 * @throws SetupError if the stack cannot run here, or cannot do what the scenario needs
 */
export async function run(options: DrillOptions): Promise<RunResult> {
  const { runDrill, whySkipped, withChanges } = await import('./run/index.ts');
  const target = typeof options.stack === 'object' ? options.stack : await stack(options.stack ?? 'lab');
  const chosen = typeof options.scenario === 'string' ? await scenarioNamed(options.scenario) : options.scenario;
  // Bad input first: it is wrong on every machine.
  withChanges(chosen, target, options.changed);
  const missing = (await target.unavailable()) ?? (await whySkipped(chosen, target));
  if (missing) throw new SetupError(missing);
  return runDrill({
    out: 'reports',
    command: `npx --no -- pgdrill run ${chosen.name} --stack ${target.kind}`,
    signal: new AbortController().signal,
    ...options,
    scenario: chosen,
    stack: target,
  });
}

async function scenarioNamed(nameOrFile: string): Promise<Scenario> {
  const { findScenario } = await import('./project/catalogue.ts');
  const { defaultScenarios } = await import('./project/config.ts');
  return (await findScenario(defaultScenarios, nameOrFile)).scenario;
}

/**
 * A stack to pass to {@link run}: `lab` (network namespaces on this machine) or `k3s` (Kubernetes in Docker).
 *
 * An existing cluster needs consent that only the command line asks for: `pgdrill run --stack cluster`.
 *
 * @throws UsageError for any other name
 */
export async function stack(kind: 'lab' | 'k3s'): Promise<Stack> {
  const { loadStack } = await import('./stacks/index.ts');
  return loadStack(kind);
}

/**
 * Reads a stored run.
 *
 * @param path a run's folder, or its `run.ndjson` (also gzipped)
 * @throws UsageError if there is no journal, or a line of it is not valid
 */
export async function readRunFile(path: string): Promise<Run> {
  const [{ readRunFile: read }, { resolveJournal }] = await Promise.all([
    import('./journal/read.ts'),
    import('./run/journal-path.ts'),
  ]);
  return read(resolveJournal(path));
}

/**
 * Judges a run: takes every measure, compares it with its limit, and names what makes the run doubtful. A pure function
 * of the journal. Formulas: `docs/METRICS.md`.
 *
 * @param run as {@link readRunFile} returns it
 * @param limits by metric; default: those of the scenario, which the journal holds
 * @param own the measures that the scenario brings; what the journal names and is not given here is unknown
 */
export function judge(run: Run, limits?: Run['header']['limits'], own?: OwnMeasures): Verdict {
  // The measures are some 60 modules that writing a scenario does not need, and a promise would break its callers.
  const load = createRequire(import.meta.url);
  const name = `./measure/judge.${import.meta.url.endsWith('.ts') ? 'ts' : 'js'}`;
  return (load(name) as typeof import('./measure/judge.ts')).judge(run, limits, undefined, own);
}

/**
 * Renders a run as a report: `html`, `json`, `junit` or `markdown`.
 *
 * @param run a run, or the path of a run's folder or journal; with a path the report also shows earlier runs beside it
 * @param verdict default: the run is judged under its own limits
 * @returns the text of the report
 * @throws UsageError for an unknown format, and if there is no journal at the path
 */
export async function render(run: Run | string, format: Format, verdict?: Verdict): Promise<string> {
  const { reporterNamed } = await import('./report/index.ts');
  const reporter = reporterNamed(format);
  if (typeof run !== 'string') return reporter.render(run, verdict ?? judge(run), {});
  const { resolveJournal } = await import('./run/journal-path.ts');
  const { knownBeside } = await import('./run/known.ts');
  const journal = resolveJournal(run);
  const stored = await readRunFile(journal);
  return reporter.render(stored, verdict ?? judge(stored), await knownBeside(journal, stored));
}
