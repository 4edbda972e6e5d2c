/** Variants of one system that take turns on a stack that runs already, each with its own settings applied first. */
import { SetupError, UsageError } from '../errors.ts';
import type { OpenStack, Stack } from '../stacks/stack.ts';
import { lent, reopenOf, shapeDifference, whyNotWhole } from './shared-stack.ts';

/**
 * A stack whose `open` reopens the kept stack of this id, gives it the settings of the topology, and waits until they are
 * in force and every instance streams. Closing it leaves the kept stack running.
 * @param wholeWithinMs how long the stack may take until it is whole, before and after the change
 * @throws UsageError where the stack's kind cannot be reopened, or changed while it runs
 */
export function onRunning(stack: Stack, id: string, wholeWithinMs = 180_000): Stack {
  const reopen = reopenOf(stack);
  let last: OpenStack | undefined;
  return {
    ...stack,
    async open({ topology, signal, progress }) {
      const running = await reopen(id);
      const { open } = running;
      last = open;
      const refuse = (reason: string | undefined) => {
        if (reason) throw new SetupError(`the running stack ${id} cannot serve this run: ${reason}`);
      };
      try {
        refuse(shapeDifference(running.topology, topology));
        progress(`waiting until the stack ${id} is whole`);
        refuse(await whyNotWhole(open, wholeWithinMs, signal));
        progress(`applying the Cluster and the Pooler of this variant to the stack ${id}`);
        if (!open.configure) throw new UsageError(`the settings of ${stack.kind} cannot be changed while it runs`);
        await open.configure(topology.settings);
        refuse(await whyNotWhole(open, wholeWithinMs, signal));
      } catch (error) {
        await open[Symbol.asyncDispose]();
        throw error;
      }
      return lent(open, async () => open[Symbol.asyncDispose]());
    },
    residue: async () => (await last?.residue()) ?? { checked: [], found: [] },
  };
}
