/** Client programs of a scenario in a run: found before a stack opens, started where the clients live. */

import { UsageError } from '../errors.ts';
import type { StackKind } from '../faults/aim.ts';
import type { Clock } from '../journal/clock.ts';
import type { Draft } from '../journal/event.ts';
import type { Endpoint } from '../load/endpoint.ts';
import type { ClientArgv } from '../load/process/place.ts';
import { type ClientCommandLine, ClientPrograms } from '../load/programs/fleet.ts';
import { clientPlans } from '../load/programs/plan.ts';
import type { Scenario } from '../scenario/index.ts';
import type { OpenStack } from '../stacks/stack.ts';
import { commandOf, usesOf } from './find.ts';

/**
 * The programs of a scenario. On a cluster of somebody's they are refused: drivers encrypt their connections without a look at
 * the authority of the server's certificate, so that whatever answers in its place would get the password.
 * @throws UsageError for a client that is not valid, does not exist or is not installed, and for any on an existing cluster
 */
export function findClients({ load }: Scenario, kind: StackKind): ClientCommandLine[] {
  const uses = usesOf(load);
  if (kind === 'cluster' && uses.length > 0)
    throw new UsageError(
      `the stack cluster takes no client programs, but the load names ${uses.map(({ name }) => name).join(', ')}: they do not check the server’s certificate, and would send the password of the role to any server that answers; leave --client and load.clients out, or drill them on the stack lab or k3s`,
    );
  return uses.map((use) => commandOf(use));
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
  const reachable = { endpoints: open.endpoints(), hosts, late };
  const plans = clientPlans({ uses, ...reachable, originNs: clock.originNs, seed, giveUpMs });
  return new ClientPrograms({ plans, commands, argv, folder, clock, onDraft: (draft) => recorder.write(draft) });
}

/** Every instance's own address, in the order in which an application would have been configured: the primary first. */
async function hostsOf(open: OpenStack): Promise<Endpoint[]> {
  const { endpointOf } = open;
  if (!endpointOf) return [];
  const primary = await open.primary();
  const others = (await open.instances()).filter(({ name }) => name !== primary.name);
  return [primary, ...others].map((instance) => endpointOf.call(open, instance));
}
