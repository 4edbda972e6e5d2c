/** The stacks by name. */
import { SetupError } from '../errors.ts';
import type { Stack, StackKind } from './stack.ts';

export const stackKinds = ['lab', 'k3s', 'cluster'] as const satisfies readonly StackKind[];

/** Loads a stack when it is asked for, so that a drill on one does not load the libraries of another. */
export async function loadStack(kind: StackKind): Promise<Stack> {
  if (kind === 'lab') return (await import('./lab/index.ts')).labStack;
  if (kind === 'k3s') return (await import('./k3s/index.ts')).k3sStack;
  throw new SetupError('the stack "cluster" is not built yet; use lab or k3s');
}
