/** The stack that `pgdrill up` keeps, for runs on it. */
import { UsageError } from '../errors.ts';
import { type Running, reopenOf, shapeDifference } from '../run/shared-stack.ts';
import type { Scenario } from '../scenario/index.ts';
import type { Stack } from '../stacks/stack.ts';

/**
 * @param id as `pgdrill up` prints it
 * @throws UsageError where the stack is not kept, its kind cannot be used again, or a scenario needs another topology
 */
export async function runningOf(
  stack: Stack,
  id: string,
  scenarios: readonly Pick<Scenario, 'name' | 'topology'>[],
): Promise<Running> {
  const running = await reopenOf(stack)(id);
  for (const { name, topology } of scenarios) {
    const difference = shapeDifference(running.topology, (await stack.adopt?.(topology)) ?? topology);
    if (!difference) continue;
    await running.open[Symbol.asyncDispose]();
    throw new UsageError(
      `the stack ${id} cannot serve ${name}: ${difference}; open one that can with: pgdrill up ${name} --stack ${stack.kind}`,
    );
  }
  return running;
}
