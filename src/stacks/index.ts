/** The stacks by name. */
import { didYouMean, UsageError } from '../errors.ts';
import type { StackKind } from '../faults/target.ts';
import type { Stack } from './stack.ts';

export const stackKinds = ['lab', 'k3s', 'cluster'] as const satisfies readonly StackKind[];

/** Loads a stack when it is asked for, so that a drill on one does not load the libraries of another. */
export async function loadStack(kind: StackKind): Promise<Stack> {
  if (kind === 'lab') return (await import('./lab/index.ts')).labStack;
  if (kind === 'k3s') return (await import('./k3s/index.ts')).k3sStack;
  if (kind === 'cluster')
    throw new UsageError(
      'the stack cluster is an existing cluster, which needs consent: use pgdrill run --stack cluster, or pgdrill watch',
    );
  throw new UsageError(`there is no stack ${String(kind)}${didYouMean(String(kind), stackKinds)}`);
}
