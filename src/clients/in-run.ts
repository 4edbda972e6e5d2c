/** Client programs of a scenario in a run: found before a stack opens, started where the clients live. */
import { lookup } from 'node:dns/promises';
import { writeFile } from 'node:fs/promises';
import { isIP } from 'node:net';
import { join, resolve } from 'node:path';

import { UsageError } from '../errors.ts';
import type { StackKind } from '../faults/aim.ts';
import type { Clock } from '../journal/clock.ts';
import type { Draft } from '../journal/event.ts';
import type { Endpoint } from '../load/endpoint.ts';
import type { ClientArgv } from '../load/process/place.ts';
import { type ClientCommandLine, ClientPrograms } from '../load/programs/fleet.ts';
import { clientPlans } from '../load/programs/plan.ts';
import { ownCommand } from '../project/own-name.ts';
import type { ClientPath } from '../scenario/client-use.ts';
import type { Scenario } from '../scenario/index.ts';
import type { OpenStack } from '../stacks/stack.ts';
import { commandOf, usesOf } from './find.ts';
import { tryTls } from './trial/tls.ts';

/** Paths by the instances' own addresses, which clients of no other stack reach. */
const byInstance: ReadonlySet<ClientPath> = new Set(['hosts', 'fixed', 'late']);

/**
 * The programs of a scenario.
 * @throws UsageError for a client that is not valid, does not exist or is not installed, or whose path the stack does not have
 */
export function findClients({ load }: Pick<Scenario, 'load'>, kind: StackKind): ClientCommandLine[] {
  return usesOf(load).map((use) => {
    if (kind !== 'lab' && byInstance.has(use.path))
      throw new UsageError(
        `the client ${use.name} connects by ${use.path}, but clients of the stack ${kind} do not reach instances by their own addresses; use path=direct or path=pooler, or the stack lab`,
      );
    return commandOf(use);
  });
}

/**
 * Before a program is given the password of a role of an existing cluster, it shows that it checks certificates: against
 * servers of this process, with a worthless password.
 * @throws UsageError for one that does not, with what it did
 */
export async function demandVerification(
  { load }: Pick<Scenario, 'load'>,
  commands: readonly ClientCommandLine[],
  signal: AbortSignal,
): Promise<void> {
  const uses = usesOf(load);
  const shown = await Promise.all(uses.map((use, i) => tryTls({ use, command: commands[i]!, signal })));
  for (const [i, findings] of shown.entries()) {
    const wrong = findings.filter(({ holds }) => !holds);
    if (wrong.length > 0)
      throw new UsageError(
        `the client ${uses[i]!.name} is given no password of a cluster that others use: expected one that checks the server’s certificate, but not shown: ${wrong.map(({ what, says }) => `${what} (${says})`).join('; ')}; try it with ${ownCommand} client-test ${uses[i]!.use}`,
      );
  }
}

interface Start {
  readonly open: OpenStack;
  readonly scenario: Scenario;
  readonly commands: readonly ClientCommandLine[];
  readonly recorder: { readonly clock: Clock; write(draft: Draft): void };
  readonly seed: number;
  readonly folder: string;
  readonly argv: ClientArgv;
  /** The address of the path `late`, where a client takes it. */
  readonly late: Endpoint | undefined;
}

/** Starts them; they connect on their own and wait for `start`. */
export async function startClients({
  open,
  scenario,
  commands,
  recorder,
  seed,
  folder,
  argv,
  late,
}: Start): Promise<ClientPrograms> {
  const uses = usesOf(scenario.load);
  const { clock } = recorder;
  const hosts = uses.some(({ path }) => path === 'hosts' || path === 'fixed') ? await hostsOf(open) : [];
  const { giveUpMs } = scenario.load;
  const endpoints = await Promise.all(open.endpoints().map(numbered));
  const caFile = resolve(join(folder, 'server-ca.crt'));
  const ca = endpoints.find((one) => one.ca !== undefined)?.ca;
  if (ca !== undefined && uses.length > 0) await writeFile(caFile, ca);
  const plans = clientPlans({ uses, endpoints, hosts, late, caFile, originNs: clock.originNs, seed, giveUpMs });
  return new ClientPrograms({ plans, commands, argv, folder, clock, onDraft: (draft) => recorder.write(draft) });
}

/** With a numeric address, where the certificate carries another name than the host: libraries take a name and an address. */
async function numbered(endpoint: Endpoint): Promise<Endpoint> {
  const { host, serverName } = endpoint;
  if (serverName === undefined || serverName === host || isIP(host) !== 0) return endpoint;
  return { ...endpoint, host: (await lookup(host)).address };
}

/** Every instance's own address, in the order in which an application would have been configured: the primary first. */
async function hostsOf(open: OpenStack): Promise<Endpoint[]> {
  const { endpointOf } = open;
  if (!endpointOf) return [];
  const primary = await open.primary();
  const others = (await open.instances()).filter(({ name }) => name !== primary.name);
  return [primary, ...others].map((instance) => endpointOf.call(open, instance));
}
