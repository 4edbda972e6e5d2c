import { didYouMean, UsageError } from '../errors.ts';
import type { Stack } from '../stacks/stack.ts';

/** @throws UsageError with the nearest name, for a setting that the stack does not have */
export function refuseUnknownSettings(stack: Stack, settings: Readonly<Record<string, string>>): void {
  for (const name of Object.keys(settings))
    if (!Object.hasOwn(stack.settings, name))
      throw new UsageError(
        `the stack ${stack.kind} has no setting ${name}${didYouMean(name, Object.keys(stack.settings))}`,
      );
}
