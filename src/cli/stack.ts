/** The stack that a command runs on. */
import { UsageError } from '../errors.ts';
import type { Config } from '../project/config.ts';
import { loadStack } from '../stacks/index.ts';
import type { Stack } from '../stacks/stack.ts';

/**
 * @param root the folder of another commit's files, and what reports call it
 * @throws UsageError where manifests are named for a stack that stands none up, or cannot be stood up
 */
export async function stackOf(
  { stack, manifests }: Pick<Config, 'stack' | 'manifests'>,
  root?: { readonly folder: string; readonly name: string },
): Promise<Stack> {
  if (manifests.length === 0) return loadStack(stack);
  if (stack !== 'k3s')
    throw new UsageError(`manifests are stood up by the stack k3s, but the stack is ${stack}; use --stack k3s`);
  return (await import('../stacks/k3s/manifests/index.ts')).manifestsStack(manifests, root);
}
