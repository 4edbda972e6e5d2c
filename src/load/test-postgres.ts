/**
 * For tests, benchmarks and `pgdrill client-test`: one real PostgreSQL on the loopback, out of the lab's cached root file
 * system. Its mounts and processes are in namespaces that end with this process, however it ends.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { access, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { SetupError } from '../errors.ts';
import { hostPath } from '../stacks/lab/hosts/enter.ts';
import { preparedParts } from '../stacks/lab/root/rootfs.ts';
import type { Endpoint } from './endpoint.ts';
import { connect } from './writers/connect.ts';

const readyWithinMs = 30_000;
const password = 'secret';

/**
 * $1: the root, $2: a folder for the data, $3: the port, $4: the port of the primary that a standby copies and follows,
 * empty for a primary; then options of the server. The mounts are seen in this mount namespace alone. Nothing is kept, so
 * nothing waits for the disk.
 */
const script = `
set -eu
mount --bind /dev "$1/dev"
mount -t tmpfs tmpfs "$1/run"
mount --bind "$2" "$1/var/lib/postgresql"
chroot "$1" chown postgres: /var/lib/postgresql /var/lib/postgresql/password
as_postgres() { chroot "$root" setpriv --reuid=postgres --regid=postgres --clear-groups "$@"; }
root=$1
port=$3
primary=$4
shift 4
data=/var/lib/postgresql/data
if [ -z "$primary" ]
then as_postgres initdb -D $data -U postgres -E UTF8 --locale=C -A scram-sha-256 --pwfile=/var/lib/postgresql/password --no-sync
else as_postgres pg_basebackup -D $data -d "host=127.0.0.1 port=$primary user=postgres password=${password} application_name=standby_$port" -R -c fast --no-sync
fi
as_postgres postgres -D $data -p "$port" "$@" -c listen_addresses=127.0.0.1 -c unix_socket_directories= -c fsync=off -c shared_buffers=32MB
`;

/** The same by programs of this machine, for a primary. $1: their folder, then as above. */
const scriptOfPrograms = `
set -eu
chown -R postgres: "$2"
as_postgres() { setpriv --reuid=postgres --regid=postgres --clear-groups "$@"; }
programs=$1
data=$2/data
port=$3
as_postgres "$programs/initdb" -D "$data" -U postgres -E UTF8 --locale=C -A scram-sha-256 --pwfile="$2/password" --no-sync
shift 4
as_postgres "$programs/postgres" -D "$data" -p "$port" "$@" -c listen_addresses=127.0.0.1 -c unix_socket_directories= -c fsync=off -c shared_buffers=32MB
`;

/**
 * Why it cannot run here, in one sentence; undefined where it can.
 * @param programs the folder of another version’s programs
 */
export async function whyNoPostgres(programs?: string): Promise<string | undefined> {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) return 'it needs root on Linux';
  if (programs)
    return access(join(programs, 'initdb')).then(
      () => undefined,
      () => `${programs} does not exist: install that version’s server`,
    );
  return access(preparedParts().root).then(
    () => undefined,
    () => 'the lab’s root file system is not there: run node scripts/setup.mjs drill',
  );
}

export interface TestPostgresOptions {
  /** A running primary that it copies and streams from; absent: it is a primary itself. */
  readonly standbyOf?: TestPostgres;
  /** Of the server: `['synchronous_commit=remote_apply']`. */
  readonly settings?: readonly string[];
  /** The folder of another version’s programs; absent: the lab’s. */
  readonly programs?: string | undefined;
}

export class TestPostgres implements AsyncDisposable {
  readonly endpoint: Endpoint;
  readonly #child: ChildProcess;
  readonly #folder: string;
  #said = '';

  private constructor(endpoint: Endpoint, child: ChildProcess, folder: string) {
    this.endpoint = endpoint;
    this.#child = child;
    this.#folder = folder;
    for (const stream of [child.stdout!, child.stderr!])
      stream.on('data', (text: Buffer) => {
        this.#said = `${this.#said}${text}`.slice(-4000);
      });
  }

  /** @throws SetupError if it does not answer in time, with its last words */
  static async start({ standbyOf, settings = [], programs }: TestPostgresOptions = {}): Promise<TestPostgres> {
    const folder = await mkdtemp(join(tmpdir(), 'pgdrill-postgres-'));
    await writeFile(join(folder, 'password'), password);
    const port = await freePort();
    // The first dies with this process, the second ends the namespace with the first.
    const contained = [
      'setpriv',
      '--pdeathsig',
      'KILL',
      'unshare',
      '--mount',
      '--pid',
      '--ipc',
      '--fork',
      '--kill-child',
    ];
    const [what, from] = programs ? [scriptOfPrograms, programs] : [script, preparedParts().root];
    const given = [from, folder, String(port), standbyOf ? String(standbyOf.endpoint.port) : ''];
    const options = settings.flatMap((setting) => ['-c', setting]);
    const argv = [...contained, '--', 'sh', '-c', what, 'sh', ...given, ...options];
    const child = spawn(argv[0]!, argv.slice(1), {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { PATH: `${hostPath}:${process.env.PATH}` },
    });
    const account = { database: 'postgres', user: 'postgres', password };
    const endpoint = { name: standbyOf ? 'readonly' : 'direct', host: '127.0.0.1', port, ...account };
    const postgres = new TestPostgres(endpoint, child, folder);
    await postgres.#answers().catch(async (error) => {
      await postgres[Symbol.asyncDispose]();
      throw error;
    });
    return postgres;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#child.exitCode === null && this.#child.signalCode === null) {
      this.#child.kill('SIGKILL');
      await new Promise((resolve) => this.#child.once('close', resolve));
    }
    await rm(this.#folder, { recursive: true, force: true, maxRetries: 5 });
  }

  async #answers(): Promise<void> {
    const deadlineMs = performance.now() + readyWithinMs;
    while (performance.now() < deadlineMs && this.#child.exitCode === null) {
      const client = await connect(this.endpoint).catch(() => undefined);
      if (client) return client.end();
      await sleep(100);
    }
    const lastLine = this.#said.trim().split('\n').at(-1);
    throw new SetupError(`PostgreSQL did not answer within ${readyWithinMs / 1000} s; it said: ${lastLine}`);
  }
}

/** A running one for a test, which is skipped with the reason where there can be none. */
export async function postgresFor(test: Pick<Mocha.Context, 'skip'>, programs?: string): Promise<TestPostgres> {
  await skipWithoutPostgres(test, programs);
  return TestPostgres.start({ programs });
}

/** Skips a test where no PostgreSQL can run, with the reason. */
export async function skipWithoutPostgres(test: Pick<Mocha.Context, 'skip'>, programs?: string): Promise<void> {
  const why = await whyNoPostgres(programs);
  if (!why) return;
  console.log(`      skipped: ${why}`);
  test.skip();
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
