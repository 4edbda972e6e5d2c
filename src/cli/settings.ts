import { didYouMean, UsageError } from '../errors.ts';
import { clientSettings, withoutClientSettings } from '../load/writers/settings.ts';
import type { Stack } from '../stacks/stack.ts';

/** @throws UsageError with the nearest name, for a setting that the stack does not have */
export function refuseUnknownSettings(stack: Stack, settings: Readonly<Record<string, string>>): void {
  const names = Object.keys(withoutClientSettings(settings));
  if (stack.kind === 'cluster' && names.length > 0)
    throw new UsageError('--with changes nothing of a cluster that somebody else runs: its settings are as they are');
  const known = Object.keys({ ...stack.settings, ...clientSettings });
  for (const name of names)
    if (!known.includes(name))
      throw new UsageError(`the stack ${stack.kind} has no setting ${name}${didYouMean(name, known)}`);
}
