/** What is asked of Docker, over Testcontainers' own client. Everything made for a stack carries its id as a label. */
import { hostname } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { type ContainerRuntimeClient, getContainerRuntimeClient, ImageName } from 'testcontainers';
import { SetupError } from '../../errors.ts';
import { log } from '../../log/log.ts';
import { isAlive, self } from '../../safety/owner.ts';
import { stateFolder } from '../../safety/state-folder.ts';
import { until } from '../../wait.ts';

/** The label that says which stack a container or network belongs to. */
const stackLabel = 'dev.pgdrill.stack';
/** The label that says which node a container is. */
export const nodeLabel = 'dev.pgdrill.node';
/** The label that says which process a stack belongs to, or that it is kept. */
const ownerLabel = 'dev.pgdrill.owner';
const kept = 'kept';
/** The label that says which state folder a stack is of: `down` removes what its own keeps. */
const stateLabel = 'dev.pgdrill.state';
const stateHere = (): string => `${hostname()}:${stateFolder()}`;

/** The labels of everything that is made for a stack. @param keep the stack outlives this process */
export async function stackLabels(stackId: string, keep: boolean): Promise<Record<string, string>> {
  const { pid, startTicks } = await self();
  const owner = keep ? kept : `${hostname()}:${pid}:${startTicks}`;
  return { [stackLabel]: stackId, [ownerLabel]: owner, [stateLabel]: stateHere() };
}

/** Whether what carries this label belongs to nobody any more. What another machine's process made is not judged. */
async function isAbandoned(owner: string): Promise<boolean> {
  const [host, pid, startTicks] = owner.split(':');
  if (host !== hostname() || !pid) return false;
  return !(await isAlive({ pid: Number(pid), startTicks: startTicks ?? '' }));
}

/** Ids of stacks of this state folder that belong to no process. Earlier versions wrote no state folder. */
export async function keptStacks(): Promise<string[]> {
  const ours = ({ owner, state }: Found) => owner === kept && (state === undefined || state === stateHere());
  return idsOf((await everything()).filter(ours));
}

/** Ids of stacks whose process is dead. */
export async function abandonedStacks(): Promise<string[]> {
  const all = await everything();
  const dead = await Promise.all(all.map(({ owner }) => isAbandoned(owner)));
  return idsOf(all.filter((_, i) => dead[i]));
}

/** Everything that carries a stack's label. Nothing where no Docker answers: then there is nothing that runs, either. */
export async function everything(): Promise<Found[]> {
  const there = await docker().catch(() => undefined);
  return there ? [...(await containersOf()), ...(await networksOf())] : [];
}

const idsOf = (found: readonly Found[]) => [...new Set(found.map(({ stackId }) => stackId))];

// Its helper container would remove a stack that is kept on purpose, and cannot be pulled everywhere. What it does,
// `heal` and `remove` do by the labels.
process.env.TESTCONTAINERS_RYUK_DISABLED ??= 'true';

/** @throws SetupError where no Docker answers */
export async function docker(): Promise<ContainerRuntimeClient> {
  try {
    return await getContainerRuntimeClient();
  } catch (error) {
    throw new SetupError(
      `the k3s stack needs Docker, but none answers (${(error as Error).message}); start it, or use --stack lab`,
    );
  }
}

/** Makes sure that an image is present. @throws SetupError where it is not and cannot be pulled */
export async function ensureImage(image: string, progress: (step: string) => void): Promise<void> {
  const { container, image: images } = await docker();
  const there = await container.dockerode
    .getImage(image)
    .inspect()
    .catch(() => undefined);
  if (there) return;
  progress(`pulling ${image}`);
  await images.pull(ImageName.fromString(image)).catch((error: Error) => {
    throw new SetupError(
      `the image ${image} of the nodes is not in Docker and cannot be pulled (${error.message}); load it with docker load, or name another in PGDRILL_K3S_IMAGE`,
    );
  });
}

export interface Found {
  readonly kind: 'container' | 'Docker network';
  readonly id: string;
  readonly name: string;
  readonly stackId: string;
  readonly owner: string;
  readonly state: string | undefined;
  readonly node: string | undefined;
  readonly running: boolean;
}

/** The containers of a stack, or of any. */
export async function containersOf(stackId?: string): Promise<Found[]> {
  const { container } = await docker();
  const found = await container.dockerode.listContainers({ all: true, filters: labelFilter(stackId) });
  return found.map(({ Id, Names, Labels, State }) => ({
    kind: 'container',
    id: Id,
    name: Names[0]?.replace(/^\//, '') ?? Id,
    stackId: Labels[stackLabel] ?? '',
    owner: Labels[ownerLabel] ?? '',
    state: Labels[stateLabel],
    node: Labels[nodeLabel],
    running: State === 'running',
  }));
}

async function networksOf(stackId?: string): Promise<Found[]> {
  const { container } = await docker();
  const found = await container.dockerode.listNetworks({ filters: labelFilter(stackId) });
  return found.map(({ Id, Name, Labels }) => ({
    kind: 'Docker network',
    id: Id,
    name: Name,
    stackId: Labels?.[stackLabel] ?? '',
    owner: Labels?.[ownerLabel] ?? '',
    state: Labels?.[stateLabel],
    node: undefined,
    running: true,
  }));
}

const labelFilter = (stackId?: string) => ({ label: [stackId ? `${stackLabel}=${stackId}` : stackLabel] });

/** @returns the network's name */
export async function createNetwork(stackId: string, labels: Readonly<Record<string, string>>): Promise<string> {
  const { container } = await docker();
  const name = `pgdrill-${stackId}`;
  log.debug('Docker network is created', { name });
  await container.dockerode.createNetwork({ Name: name, Driver: 'bridge', Labels: { ...labels } });
  return name;
}

/** Kills and removes every container of a stack, with its volumes, and then its networks. */
export async function removeStack(stackId: string): Promise<void> {
  const { container } = await docker();
  const containers = await containersOf(stackId);
  if (containers.length > 0) log.debug('containers are removed', { names: containers.map(({ name }) => name) });
  await Promise.all(containers.map(({ id }) => ignoreMissing(container.getById(id).remove({ force: true, v: true }))));
  for (const { id } of await networksOf(stackId))
    await until(() => ignoreMissing(removeNetwork(container.dockerode.getNetwork(id))), {
      withinMs: removeWithinMs,
      what: 'the containers to leave their network',
    });
}
const removeWithinMs = 30_000;

/** @returns undefined while a container is on it that somebody else is removing */
async function removeNetwork(network: { remove(): Promise<unknown> }): Promise<true | undefined> {
  try {
    await network.remove();
    return true;
  } catch (error) {
    if (/has active endpoints/.test((error as Error).message)) return undefined;
    throw error;
  }
}

/** Removes a stack again and again until `ended`: objects under creation appear a moment later. */
export async function removeUntil(stackId: string, ended: Promise<unknown>): Promise<void> {
  const over = ended.then(() => true);
  // What fails while nodes are still being created, the last round reports.
  do await removeStack(stackId).catch(() => {});
  while (!(await Promise.race([over, sleep(removeAgainMs, false)])));
  await removeStack(stackId);
}
const removeAgainMs = 500;

async function ignoreMissing<T>(removal: Promise<T>): Promise<T | true> {
  return removal.catch((error: Error & { statusCode?: number }): true => {
    // 409: another removal of it is under way.
    if (error.statusCode === 404 || error.statusCode === 409) return true;
    throw error;
  });
}

/** The container that is a node of a stack. @throws SetupError where there is none */
export async function nodeContainer(stackId: string, node: string): Promise<string> {
  const found = (await containersOf(stackId)).find((one) => one.node === node);
  if (!found) throw new SetupError(`stack ${stackId} no longer has the node ${node} in Docker`);
  return found.id;
}

/** Runs a shell script in a node; it sees `args` as `$1`, `$2`, …. @throws SetupError with its output if it fails */
export async function inNode(containerId: string, script: string, args: readonly string[] = []): Promise<string> {
  const { container } = await docker();
  const command = ['sh', '-c', script, 'sh', ...args];
  log.debug('command in node', { node: containerId.slice(0, 12), argv: command });
  const { output, exitCode } = await container.exec(container.getById(containerId), command);
  if (exitCode !== 0)
    throw new SetupError(`a command in node ${containerId.slice(0, 12)} ended with ${exitCode}: ${output.trim()}`);
  return output;
}
