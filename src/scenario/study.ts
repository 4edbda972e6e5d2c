/** What a study is: a drill that is repeated while factors are changed, to decide hypotheses. */
import { UsageError } from '../errors.ts';
import type { MetricName } from '../measure/metrics.ts';
import type { Hypothesis } from '../measure/study/hypotheses.ts';
import type { Levels } from './cells.ts';
import { defineScenario, type Scenario, type ScenarioInput } from './index.ts';

export interface StudyInput {
  readonly name: string;
  /** The question that it answers. */
  readonly asks: string;
  /**
   * The levels of each factor. A factor with the name of a setting of the stack (`server_login_retry`) is set; all of
   * them are given to `scenario`, which may use others: `fault`.
   */
  readonly factors: Readonly<Record<string, readonly string[]>>;
  /** How often each combination is run. */
  readonly repeats: number | ((levels: Levels) => number);
  /** The drill of one combination. */
  readonly scenario: (levels: Levels) => Omit<ScenarioInput, 'name' | 'asks'>;
  readonly metrics: readonly MetricName[];
  readonly hypotheses: readonly Hypothesis[];
}

export interface Study extends Omit<StudyInput, 'scenario' | 'repeats'> {
  readonly repeatsOf: (levels: Levels) => number;
  readonly scenarioOf: (levels: Levels) => Scenario;
}

/** A file of scenarios/studies default-exports this. @throws UsageError for a hypothesis about what is not a factor */
export function study(input: StudyInput): Study {
  const { name, asks, factors, repeats, scenario, hypotheses } = input;
  for (const { factor, from, to, says } of hypotheses)
    for (const level of [from, to])
      if (!factors[factor]?.includes(level))
        throw new UsageError(`the study ${name} has no level ${level} of a factor ${factor}, which "${says}" needs`);
  return {
    ...input,
    repeatsOf: typeof repeats === 'function' ? repeats : () => repeats,
    scenarioOf: (levels) => defineScenario({ ...scenario(levels), name, asks }),
  };
}
