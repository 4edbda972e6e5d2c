/** The stacks by name. */
import { didYouMean, SetupError, UsageError } from '../errors.ts';
import type { StackKind } from '../faults/target.ts';
import type { Stack } from './stack.ts';

export const stackKinds = ['lab', 'k3s', 'cluster'] as const satisfies readonly StackKind[];

let closed: string | undefined;

/** For unit tests: from now on no stack can be opened, healed or removed. @returns what ends that */
export function closeStacks(why: string): () => void {
  closed = why;
  return () => {
    closed = undefined;
  };
}

/** Why no stack can be used in this process; undefined where they can. */
export const whyClosed = (): string | undefined => closed;

/** Loads a stack when it is asked for, so that a drill on one does not load the libraries of another. */
export async function loadStack(kind: StackKind): Promise<Stack> {
  const stack = await load(kind);
  if (closed === undefined) return stack;
  const why = closed;
  const refuse = () => Promise.reject(new SetupError(why));
  return { ...stack, unavailable: async () => why, open: refuse, heal: refuse, remove: refuse };
}

async function load(kind: StackKind): Promise<Stack> {
  if (kind === 'lab') return (await import('./lab/index.ts')).labStack;
  if (kind === 'k3s') return (await import('./k3s/index.ts')).k3sStack;
  if (kind === 'cluster')
    throw new UsageError(
      'the stack cluster is an existing cluster, which needs consent: use pgdrill run --stack cluster, or pgdrill watch',
    );
  throw new UsageError(`there is no stack ${String(kind)}${didYouMean(String(kind), stackKinds)}`);
}
