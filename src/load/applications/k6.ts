/** k6, run beside the load where the clients live. */
import { access, constants, readFile, rm } from 'node:fs/promises';
import { delimiter, join, resolve } from 'node:path';
import { execa } from 'execa';
import { SetupError } from '../../errors.ts';
import type { Clock } from '../../journal/clock.ts';
import type { Draft } from '../../journal/event.ts';
import type { ClientArgv } from '../process/place.ts';
import { k6Drafts } from './k6-results.ts';

export interface K6Options {
  /** A script; it gets the address of the HTTP service as `__ENV.API`. */
  readonly script: string;
  readonly port: number;
  readonly argv: ClientArgv;
  /** The run's folder, where k6 keeps its results meanwhile. */
  readonly folder: string;
  readonly clock: Clock;
}
export interface K6 extends AsyncDisposable {
  /** Ends it. @returns every request that had ended by then @throws SetupError if it had ended early, with its message */
  stop(): Promise<Draft<'request'>[]>;
}

/** Where k6 is: `PGDRILL_K6`, or the first on the PATH. */
export async function findK6(env: NodeJS.ProcessEnv = process.env): Promise<string | undefined> {
  const places = env.PGDRILL_K6
    ? [env.PGDRILL_K6]
    : (env.PATH ?? '').split(delimiter).map((folder) => join(folder, 'k6'));
  for (const place of places) if (await isProgram(place)) return place;
  return undefined;
}
const isProgram = (path: string): Promise<boolean> =>
  access(path, constants.X_OK).then(
    () => true,
    () => false,
  );

/** Ctrl-C on the terminal is for the driver alone; should that be killed, k6 goes with it. */
const withUs = process.platform === 'linux' ? ['setpriv', '--pdeathsig', 'KILL'] : [];
const endsWithinMs = 10_000;

export function startK6(k6: string, { script, port, argv, folder, clock }: K6Options): K6 {
  const out = join(folder, 'k6.ndjson');
  const run = ['run', '--quiet', '--no-usage-report', '--address', '', '--out', `json=${out}`];
  const [program, ...rest] = [...withUs, ...argv([k6, ...run, '-e', `API=http://127.0.0.1:${port}`, resolve(script)])];
  const child = execa(program!, rest, {
    detached: true,
    reject: false,
    stdin: 'ignore',
    all: true,
    env: { K6_AUTO_EXTENSION_RESOLUTION: 'false' },
  });
  const offsetUs = clock.nowUs() - Date.now() * 1000;
  const end = async (): Promise<void> => {
    child.kill('SIGINT');
    const late = setTimeout(() => child.kill('SIGKILL'), endsWithinMs);
    await child.finally(() => clearTimeout(late));
  };
  return {
    async stop() {
      if (child.exitCode !== null) throw endedBy((await child).all);
      const stoppedUs = clock.nowUs();
      await end();
      return k6Drafts(await readFile(out, 'utf8'), { offsetUs, stoppedUs });
    },
    async [Symbol.asyncDispose]() {
      await end();
      // All of it that is evidence is in the journal.
      await rm(out, { force: true });
    },
  };
}

function endedBy(said: string): SetupError {
  const last = said.trim().split('\n').at(-1);
  return new SetupError(`k6 ended before the drill was over: ${last}; run the script alone to see why`);
}
