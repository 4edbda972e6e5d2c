/** A script that waits in a node for a word, so that what it then does begins within milliseconds of a known time. */
import { PassThrough } from 'node:stream';
import { SetupError } from '../../errors.ts';
import { docker } from './docker.ts';

const ready = 'pgdrill-armed';
const armedWithinMs = 30_000;

export interface Armed {
  /** Lets it go on. @returns what it printed @throws SetupError where it fails */
  fire(): Promise<string>;
}

/**
 * Starts a shell in a node, has it do `setup`, and keeps it waiting before `action`. If this process dies meanwhile its
 * input ends and it does nothing.
 * @throws SetupError where it does not get that far
 */
export async function arm(containerId: string, setup: string, action: string): Promise<Armed> {
  const { container } = await docker();
  const exec = await container.getById(containerId).exec({
    Cmd: ['sh', '-c', `${setup}\necho ${ready}\nread word || exit 2\n${action}`],
    AttachStdin: true,
    AttachStdout: true,
    AttachStderr: true,
  });
  const stream = await exec.start({ hijack: true, stdin: true });
  const out = new PassThrough();
  const errors = new PassThrough();
  container.dockerode.modem.demuxStream(stream, out, errors);
  let text = '';
  let complaint = '';
  errors.on('data', (chunk) => (complaint += chunk));
  const ended = new Promise<void>((resolve) => stream.once('end', resolve).once('close', resolve));
  const armed = new Promise<void>((resolve) =>
    out.on('data', (chunk) => {
      text += chunk;
      if (text.includes(ready)) resolve();
    }),
  );
  const late = AbortSignal.timeout(armedWithinMs);
  await Promise.race([armed, ended, new Promise((resolve) => late.addEventListener('abort', resolve))]);
  if (!text.includes(ready)) {
    stream.destroy();
    throw new SetupError(
      `a command in node ${containerId.slice(0, 12)} did not start: ${complaint.trim() || 'it said nothing'}`,
    );
  }
  return {
    async fire() {
      stream.write('go\n');
      await ended;
      const { ExitCode } = await exec.inspect();
      if (ExitCode !== 0)
        throw new SetupError(
          `a command in node ${containerId.slice(0, 12)} ended with ${ExitCode}: ${complaint.trim() || text.trim()}`,
        );
      return text.slice(text.indexOf(ready) + ready.length).trim();
    },
  };
}
