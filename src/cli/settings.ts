import { didYouMean, UsageError } from '../errors.ts';
import type { Stack } from '../stacks/stack.ts';

/** @throws UsageError with the nearest name, for a setting that the stack does not have */
export function refuseUnknownSettings(stack: Stack, settings: Readonly<Record<string, string>>): void {
  if (stack.kind === 'cluster' && Object.keys(settings).length > 0)
    throw new UsageError('--with changes nothing of a cluster that somebody else runs: its settings are as they are');
  for (const name of Object.keys(settings))
    if (!Object.hasOwn(stack.settings, name))
      throw new UsageError(
        `the stack ${stack.kind} has no setting ${name}${didYouMean(name, Object.keys(stack.settings))}`,
      );
}
