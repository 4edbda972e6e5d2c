/** The public API: write scenarios, run them, judge what was recorded. */

export { PgdrillError, SetupError, UsageError } from './errors.ts';
export type { FaultKind } from './faults/index.ts';
export { readRunFile } from './journal/read.ts';
export { judge } from './measure/judge.ts';
export type { MetricName } from './measure/metrics.ts';
export type { Verdict } from './measure/verdict.ts';
export { type RunOptions, type RunResult, runDrill as run } from './run/index.ts';
export {
  type Drill,
  type InjectedFault,
  type Mark,
  type Scenario,
  type ScenarioInput,
  scenario,
} from './scenario/index.ts';
export { type Study, type StudyInput, study } from './scenario/study.ts';
export type { Durability } from './scenario/topology.ts';
