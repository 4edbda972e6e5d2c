/** A script that waits in a node's container for a word. */
import { type Duplex, PassThrough } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { SetupError } from '../../errors.ts';
import type { Armed, ArmedScript } from '../cnpg/node-shell.ts';
import { docker } from './docker.ts';

const ready = 'pgdrill-armed';
const done = 'pgdrill-fired';
const armedWithinMs = 30_000;

/**
 * Starts a shell in a node, has it do `setup`, and keeps it waiting before `action`, which `check` follows at once. If this
 * process dies meanwhile its input ends and it does nothing.
 * @throws SetupError where it does not get that far
 */
export async function arm(containerId: string, script: ArmedScript): Promise<Armed> {
  const { container } = await docker();
  const { setup, action, check } = script;
  const exec = await container.getById(containerId).exec({
    Cmd: ['sh', '-c', `${setup}\necho ${ready}\nread word || exit 2\n${action}\necho ${done}\n${check}`],
    AttachStdin: true,
    AttachStdout: true,
    AttachStderr: true,
  });
  const stream = await exec.start({ hijack: true, stdin: true });
  const said = listen(container.dockerode.modem, stream);
  const failed = (what: string) =>
    new SetupError(
      `a command in node ${containerId.slice(0, 12)} ${what}: ${said.errors().trim() || 'it said nothing'}`,
    );
  await Promise.race([said.until(ready), sleep(armedWithinMs, undefined, { ref: false })]);
  if (!said.text().includes(ready)) {
    stream.destroy();
    throw failed('did not start');
  }
  return {
    async fire() {
      stream.write('go\n');
      await said.until(done);
      if (!said.text().includes(done)) throw failed('did not do what it was to do');
    },
    async checked() {
      await said.ended;
      const { ExitCode } = await exec.inspect();
      if (ExitCode !== 0) throw failed(`ended with ${ExitCode}`);
      return said.text().split(done)[1]!.trim();
    },
  };
}

/** Gathers what comes through an exec's stream, in which standard output and error are mixed in frames. */
function listen(modem: { demuxStream: Demultiplex }, stream: Duplex) {
  const [out, err] = [new PassThrough(), new PassThrough()];
  let [text, errors] = ['', ''];
  modem.demuxStream(stream, out, err);
  out.on('data', (chunk) => (text += chunk));
  err.on('data', (chunk) => (errors += chunk));
  const ended = new Promise<void>((resolve) => stream.once('end', resolve).once('close', resolve));
  return {
    text: () => text,
    errors: () => errors,
    ended,
    /** Resolves once the word has come, or nothing more will. */
    until: (word: string) =>
      Promise.race([
        ended,
        new Promise<void>((resolve) => {
          const look = () => text.includes(word) && resolve();
          out.on('data', look);
          look();
        }),
      ]),
  };
}

type Demultiplex = (stream: Duplex, out: PassThrough, err: PassThrough) => void;
