/** The limits that a user sets: those of the configuration, then those of the command. */
import type { Config } from '../project/config.ts';
import { type LimitChange, limitsFromConfig, parseLimits } from '../scenario/limits.ts';

/** @throws UsageError for one that is not a limit */
export const limitChanges = (
  { limits }: Pick<Config, 'limits'>,
  scenario: string,
  words: readonly string[],
): LimitChange[] => [...limitsFromConfig(limits, scenario), ...parseLimits(words)];
