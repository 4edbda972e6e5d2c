/** `--with` before anything runs: the stack must have each setting, and each must take its value. */
import { UsageError } from '../errors.ts';
import { clientSettings, withoutClientSettings } from '../load/writers/settings.ts';
import type { Topology } from '../scenario/topology.ts';
import { refuseSettings } from '../settings/choose.ts';
import type { Stack } from '../stacks/stack.ts';

/**
 * @param topologies those that the settings are to change; values that are good one by one may not be together
 * @throws UsageError with the nearest name for a setting that the stack does not have, and for a value that it refuses
 */
export function refuseWrongSettings(
  stack: Pick<Stack, 'kind' | 'settings' | 'planned'>,
  asked: Readonly<Record<string, string>>,
  topologies: readonly Topology[] = [],
): void {
  const ofStack = withoutClientSettings(asked);
  if (stack.kind === 'cluster' && Object.keys(ofStack).length > 0)
    throw new UsageError(
      '--with changes no setting of an existing cluster: leave it out, or change the cluster itself',
    );
  refuseSettings(`the stack ${stack.kind}`, { ...stack.settings, ...clientSettings }, asked);
  for (const topology of topologies) stack.planned({ ...topology, settings: { ...topology.settings, ...ofStack } });
}
