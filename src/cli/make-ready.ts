/** Makes the stack of a command ready, or hands the command over to a container. */
import { labPlace } from '../container/place.ts';
import { runInContainer } from '../container/run.ts';
import { PgdrillError, SetupError } from '../errors.ts';
import { whyClosed } from '../stacks/index.ts';
import { missingParts } from '../stacks/lab/root/rootfs.ts';
import type { Stack } from '../stacks/stack.ts';
import { prepareAloud } from './prepare.ts';
import { say } from './say.ts';
import { words } from './words.ts';

/** Not an error: the command ran in a container, and ended with this code. */
class RanInContainer extends PgdrillError {
  constructor(exitCode: number) {
    super('', exitCode);
  }
}

/**
 * Makes a stack ready for a command, or hands the whole command over to a container.
 * @param out folder of runs
 * @returns why the stack cannot be used; undefined where it can
 * @throws RanInContainer where the command has run already, in a container
 */
export async function makeReady(stack: Stack, out: string): Promise<string | undefined> {
  if (stack.kind !== 'lab' || whyClosed()) return stack.unavailable();
  const place = await labPlace();
  if (place.where === 'nowhere') return place.because;
  if (place.where === 'docker') {
    say(`the lab runs in a Docker container (on this machine: ${place.because})`);
    throw new RanInContainer(await runInContainer(words(), out, (line) => say(`[set-up] ${line}`)));
  }
  if ((await missingParts()).length > 0)
    await prepareAloud().catch((error: unknown) => {
      if (error instanceof SetupError) throw new SetupError(`the lab cannot be prepared: ${error.message}`);
      throw error;
    });
  return stack.unavailable();
}
