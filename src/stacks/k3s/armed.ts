/** A script that waits in a node's container for a word. */
import { type Duplex, PassThrough } from 'node:stream';
import { log } from '../../log/log.ts';
import { armedScript, awaitArmed } from '../cnpg/armed.ts';
import type { Armed, ArmedScript } from '../cnpg/node-shell.ts';
import { docker } from './docker.ts';

/**
 * Starts a shell in a node, has it do `setup`, and keeps it waiting before `action`, which `check` follows at once. If this
 * process dies meanwhile its input ends and it does nothing.
 * @throws SetupError where it does not get that far
 */
export async function arm(containerId: string, script: ArmedScript): Promise<Armed> {
  log.debug('script waits in node', { node: containerId.slice(0, 12), script: armedScript(script) });
  const { container } = await docker();
  const exec = await container.getById(containerId).exec({
    Cmd: ['sh', '-c', armedScript(script), 'sh', ...(script.args ?? [])],
    AttachStdin: true,
    AttachStdout: true,
    AttachStderr: true,
  });
  const stream = await exec.start({ hijack: true, stdin: true });
  const [out, err] = [new PassThrough(), new PassThrough()];
  // Standard output and error come mixed in frames.
  (container.dockerode.modem as { demuxStream: Demultiplex }).demuxStream(stream, out, err);
  const closed = new Promise<void>((resolve) => stream.once('end', resolve).once('close', resolve));
  const ended = closed.then(async () => (await exec.inspect()).ExitCode ?? undefined);
  const where = `in node ${containerId.slice(0, 12)}`;
  return awaitArmed(
    { out, err, ended, write: (text) => void stream.write(text), close: () => void stream.destroy() },
    where,
  );
}

type Demultiplex = (stream: Duplex, out: PassThrough, err: PassThrough) => void;
