/**
 * Whether a client program checks a server's certificate before it sends a password. It is started four times: for a server
 * that it has to trust, and for three that it must not. What counts is what it sends, whatever it reports.
 */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { startClock } from '../../journal/clock.ts';
import { issuedBy, type SelfSigned, selfSigned } from '../../kubernetes/self-signed.ts';
import type { Endpoint } from '../../load/endpoint.ts';
import { type ClientCommandLine, ClientPrograms } from '../../load/programs/fleet.ts';
import { clientPlans } from '../../load/programs/plan.ts';
import type { ClientUse } from '../../scenario/client-use.ts';
import type { Finding } from './findings.ts';
import { TlsServer } from './tls-server.ts';

const authority = 'pgdrill trial authority';
const serverName = 'pgdrill-trial-rw';
const days = 1;
/** A program and its runtime start within this, ms, on a machine that is busy. */
const connectsWithinMs = 60_000;
/** A program that falls back to another way, does so at once. */
const fallsBackWithinMs = 1_500;

interface TlsTrial {
  readonly use: ClientUse;
  readonly command: ClientCommandLine;
  readonly signal: AbortSignal;
  /** A PostgreSQL that the trusted server leads to; absent: it refuses log-ins, and a log-in that was sent is enough. */
  readonly target?: Endpoint;
}

interface Case {
  readonly what: string;
  readonly identity: SelfSigned | undefined;
  readonly isTrusted: boolean;
}

/** A throw-away authority, and the servers that a program meets. */
function casesOf(): { ca: string; cases: readonly Case[] } {
  const [right, wrong] = [selfSigned(authority, 'server', days), selfSigned(authority, 'server', days)];
  const of = (signer: SelfSigned, name: string) => issuedBy({ name: authority, key: signer.key }, name, days);
  return {
    ca: right.certificate,
    cases: [
      { what: 'trusts a certificate of the authority', identity: of(right, serverName), isTrusted: true },
      // The authority has the same name: only its key is another one.
      { what: 'refuses a certificate of another authority', identity: of(wrong, serverName), isTrusted: false },
      { what: 'refuses the certificate of another server', identity: of(right, 'elsewhere-rw'), isTrusted: false },
      { what: 'refuses a server without TLS', identity: undefined, isTrusted: false },
    ],
  };
}

/** @returns a finding for each server; all hold where the program can be given a password */
export async function tryTls(trial: TlsTrial): Promise<Finding[]> {
  const { ca, cases } = casesOf();
  const folder = await mkdtemp(join(tmpdir(), 'pgdrill-client-tls-'));
  try {
    const caFile = join(folder, 'ca.crt');
    await writeFile(caFile, ca);
    return await Promise.all(
      cases.map((one, i) => tryCase(one, trial, { folder, ca, caFile, name: `${trial.use.name}-${i}` })),
    );
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

interface At {
  readonly folder: string;
  readonly ca: string;
  readonly caFile: string;
  readonly name: string;
}

async function tryCase(
  { what, identity, isTrusted }: Case,
  { use, command, target, signal }: TlsTrial,
  { folder, ca, caFile, name }: At,
): Promise<Finding> {
  await using server = await TlsServer.listen({
    ...(identity && { identity }),
    ...(isTrusted && target && { target }),
  });
  const account = target ?? { database: 'pgdrill', user: 'pgdrill', password: 'worthless' };
  const { database, user, password } = isTrusted ? account : { ...account, password: 'worthless' };
  const endpoint = { name: 'direct', host: '127.0.0.1', port: server.port, database, user, password, ca, serverName };
  const clock = startClock();
  const plans = clientPlans({
    ...{ uses: [{ ...use, name, path: 'direct' as const }], endpoints: [endpoint], hosts: [], caFile },
    ...{ originNs: clock.originNs, seed: 1, giveUpMs: 1_000 },
  });
  const where = { argv: (argv: readonly string[]) => argv, folder, clock, onDraft: () => {} };
  await using programs = new ClientPrograms({ plans, commands: [command], ...where });
  let ended: 'ready' | Error | undefined;
  programs.ready.then(
    () => (ended = 'ready'),
    (error: Error) => (ended = error),
  );
  const isLoggedIn = isTrusted && target !== undefined;
  const isDecided = (): boolean =>
    ended instanceof Error || (isLoggedIn ? ended === 'ready' : server.outcomes.length > 0);
  const deadlineMs = performance.now() + connectsWithinMs;
  while (!isDecided() && performance.now() < deadlineMs && !signal.aborted) await sleep(20);
  if (!isTrusted) await sleep(fallsBackWithinMs, undefined, { signal }).catch(() => {});
  signal.throwIfAborted();
  const why = ended instanceof Error ? `: ${ended.message}` : '';
  return { what, ...(isTrusted ? trusted(server, isLoggedIn, ended, why) : distrusted(server, why)) };
}

type Judged = Pick<Finding, 'holds' | 'says'>;
type Seen = Pick<TlsServer, 'outcomes'>;

function trusted({ outcomes }: Seen, isLoggedIn: boolean, ended: unknown, why: string): Judged {
  if (outcomes[0] === 'plain') return { holds: false, says: 'it did not ask for TLS' };
  if (!outcomes.includes('encrypted'))
    return { holds: false, says: `${outcomes.length > 0 ? 'it refused that server' : 'it did not connect'}${why}` };
  if (isLoggedIn && ended !== 'ready') return { holds: false, says: `it connected, and was not ready${why}` };
  return { holds: true, says: 'it logged in' };
}

function distrusted({ outcomes }: Seen, why: string): Judged {
  if (outcomes.includes('plain'))
    return { holds: false, says: 'it logged in without TLS: its password would have been sent in plain text' };
  if (outcomes.includes('encrypted'))
    return { holds: false, says: 'it logged in: this server would have been given its password' };
  if (outcomes.length === 0) return { holds: false, says: `it did not connect${why}` };
  return { holds: true, says: `it ended ${outcomes.length} of ${outcomes.length} connections before a log-in` };
}
