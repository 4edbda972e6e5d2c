/** What the lab looks like from the clients' network: a short-lived process goes there and reports. */
import { fileURLToPath } from 'node:url';
import { SetupError } from '../../../errors.ts';
import type { HttpRequest } from '../../../object-store/http-request.ts';
import type { TcpOutcome } from '../../tcp.ts';
import { run } from '../hosts/command.ts';
import { inNetwork } from '../hosts/network.ts';

export interface NetworkAnswer {
  readonly status: number;
  readonly body: string;
}

/** On a machine with other work the process itself takes seconds to start: a heal must not fail for that. */
const startsWithinMs = 30_000;

/** What a client that connects to an address sees. */
export async function connectFromClients(
  labId: string,
  address: string,
  port: number,
  timeoutMs: number,
): Promise<TcpOutcome> {
  return (await runHelper(
    labId,
    ['connect', address, String(port), String(timeoutMs)],
    timeoutMs + startsWithinMs,
  )) as TcpOutcome;
}

/**
 * The median round trip from the clients to an address, in ms: how long it takes to connect.
 * @throws SetupError where nothing can be connected to
 */
export async function roundTripFromClients(labId: string, address: string, port: number): Promise<number> {
  const took = (await runHelper(labId, ['trips', address, String(port), '7'], 180_000 + startsWithinMs)) as number[];
  const made = took.filter((ms) => ms >= 0).sort((a, b) => a - b);
  if (made.length <= took.length / 2) throw new SetupError(`${address}:${port} cannot be connected to by clients`);
  return made[made.length >> 1]!;
}

/** Sends an HTTP request and gives the answer, whatever its status. @throws SetupError where none came */
export async function requestFromClients(
  labId: string,
  request: HttpRequest,
  signal?: AbortSignal,
): Promise<NetworkAnswer> {
  return (await runHelper(labId, ['request', JSON.stringify(request)], 60_000, signal)) as NetworkAnswer;
}

async function runHelper(labId: string, argv: string[], timeoutMs: number, signal?: AbortSignal): Promise<unknown> {
  const extension = import.meta.url.endsWith('.ts') ? 'ts' : 'js';
  const helper = fileURLToPath(new URL(`./helper.${extension}`, import.meta.url));
  const [program, ...rest] = inNetwork(labId, 'clients', [process.execPath, helper, ...argv]);
  return JSON.parse(await run(program!, rest, { timeoutMs, ...(signal && { signal }) }));
}
