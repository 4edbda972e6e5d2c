/** The HTTP service of `fixtures/api`, run where the clients live. */
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { execa } from 'execa';
import { SetupError } from '../../errors.ts';
import { within } from '../../wait.ts';
import type { Endpoint } from '../endpoint.ts';
import { beside, type ClientArgv } from '../process/place.ts';
import type { StreamPlan } from '../process/protocol.ts';

/** DDL of what the service keeps, for the owner of the database that it uses. */
export const apiSchemaSql = `
create table if not exists pgdrill.archive (id bigint generated always as identity primary key, body text not null);
create table if not exists pgdrill.job (
  id bigint generated always as identity primary key,
  archive bigint not null,
  done boolean not null default false
);
create index if not exists job_open on pgdrill.job (id) where not done;
`;

const listensWithinMs = 15_000;
const endsWithinMs = 2_000;
const stepUs = 100_000;
/** What HTTP clients wait by default lies between 30 and 100 s. */
const limitUs = 60_000_000;

export interface ApiOptions {
  /** The pooler that it goes through. */
  readonly endpoint: Endpoint;
  /** SQLSTATEs that it tries again beside those that Npgsql calls transient. */
  readonly retriesAlso?: readonly string[] | undefined;
  readonly argv: ClientArgv;
}
export interface Api extends AsyncDisposable {
  /** On the loopback of the place where the clients live. */
  readonly port: number;
  /** Never resolves; rejects with a SetupError if the service ends early. */
  readonly died: Promise<never>;
}

/** Starts the service; it ends with this process, or when disposed of. @throws SetupError if it does not listen in time */
export async function startApi({ endpoint, retriesAlso, argv }: ApiOptions): Promise<Api> {
  const [program, ...rest] = argv([process.execPath, beside(import.meta.url, '../../../fixtures/api/main').pathname]);
  // A process group of its own: Ctrl-C on the terminal is for the driver alone.
  const child = execa(program!, rest, { detached: true, buffer: { stdout: false }, reject: false });
  const ended = child.then(({ exitCode, signal, stderr }) => {
    const said = stderr.trim().split('\n').at(-1);
    throw new SetupError(`the HTTP service ended (${signal ?? `code ${exitCode}`})${said ? `: ${said}` : ''}`);
  });
  const died = ended as Promise<never>;
  died.catch(() => {});
  child.stdin.write(`${JSON.stringify({ endpoint, retriesAlso })}\n`);
  const close = async (): Promise<void> => {
    child.stdin.end();
    const late = setTimeout(() => child.kill('SIGKILL'), endsWithinMs);
    await died.catch(() => clearTimeout(late));
  };
  try {
    return { port: await Promise.race([portOf(child.stdout), died]), died, [Symbol.asyncDispose]: close };
  } catch (error) {
    await close();
    throw error;
  }
}

async function portOf(said: NodeJS.ReadableStream): Promise<number> {
  const line = await within(once(createInterface({ input: said }), 'line'), listensWithinMs);
  if (line) return (JSON.parse(line[0] as string) as { port: number }).port;
  throw new SetupError(
    `expected the HTTP service to listen within ${listensWithinMs / 1000} s, but it did not; run again on a machine that is less busy`,
  );
}

/** What is sent to it: each of its two kinds of request, as it is and with retries, ten a second. */
export function apiStreams({ port }: Pick<Api, 'port'>, pooler: Endpoint): StreamPlan[] {
  const endpoint = { ...pooler, name: 'api', host: '127.0.0.1', port };
  const kinds = [
    { name: 'api', post: '/archives' },
    { name: 'workers', post: '/work' },
  ];
  const plain = kinds.map((kind) => ({ ...kind, path: 'api' as const, fresh: false, stepUs, limitUs, endpoint }));
  const retried = plain.map((one) => ({ ...one, name: `${one.name}-retry`, post: `/retry${one.post}`, retries: true }));
  return [...plain, ...retried];
}
