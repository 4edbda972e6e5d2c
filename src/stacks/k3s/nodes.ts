/** The nodes of the cluster: a server and agents of k3s as containers on one network of their own. */
import type { Readable } from 'node:stream';
import { K3sContainer } from '@testcontainers/k3s';
import { GenericContainer, type StartedTestContainer, Wait } from 'testcontainers';
import { SetupError } from '../../errors.ts';
import type { Progress } from '../stack.ts';
import { nodeLabel } from './docker.ts';
import { imagesInNode } from './images.ts';

/** Kubernetes 1.36, which CloudNativePG 1.30 supports. */
export const defaultImage = 'rancher/k3s:v1.36.2-k3s1';
export const serverNode = 'server';
const agentNode = (number: number) => `agent-${number}`;
export const apiPort = 6443;

const startWithinMs = 300_000;
/** Keeps instances off the server. CoreDNS and k3s's own pods tolerate it. */
const serverTaint = 'node-role.kubernetes.io/control-plane=true:NoSchedule';
/** What every node writes once it is up. */
const upLine = 'Node controller sync successful';
const token = 'pgdrill';
/** Of a node's log, for the message when it does not come up. */
const keptLines = 3;

export interface NodeOptions {
  readonly stackId: string;
  /** Name of the Docker network that all nodes are on. */
  readonly network: string;
  readonly image: string;
  /** Folder of image tarballs, mounted read-only into every node. */
  readonly images?: string | undefined;
  /** File that becomes /etc/rancher/k3s/registries.yaml: mirrors to pull from. */
  readonly registries?: string | undefined;
  /** Labels of all that belongs to the stack. */
  readonly labels: Readonly<Record<string, string>>;
  readonly progress: Progress;
}
export interface Node {
  readonly name: string;
  readonly containerId: string;
  /** On the containers' network. */
  readonly address: string;
  /** Where Docker publishes a port of the node: used where the network itself cannot be reached. */
  readonly published: (port: number) => { readonly host: string; readonly port: number };
}

/**
 * Starts the control plane.
 * @param ports of the node, to be published
 * @throws SetupError where it does not come up
 */
export async function startServer(
  options: NodeOptions,
  ports: readonly number[],
): Promise<{ node: Node; kubeconfig: string }> {
  const name = containerName(options.stackId, serverNode);
  const arguments_ = ['--disable=traefik', `--tls-san=${name}`, `--node-taint=${serverTaint}`, `--token=${token}`];
  const said: string[] = [];
  const container = prepare(new ServerContainer(options.image), serverNode, said, options)
    .withExposedPorts(apiPort, ...ports)
    .withCommand(['server', ...arguments_]);
  const started = await start(serverNode, said, () => container.start());
  return { node: describe(serverNode, started, options), kubeconfig: started.getKubeConfig() };
}

/** Starts one agent; it joins once the server is up. @throws SetupError where it does not */
export async function startAgent(number: number, options: NodeOptions): Promise<Node> {
  const name = agentNode(number);
  const said: string[] = [];
  const container = prepare(new AgentContainer(options.image), name, said, options)
    .withPrivilegedMode()
    .withTmpFs({ '/run': 'rw', '/var/run': 'rw' })
    .withWaitStrategy(Wait.forLogMessage(upLine))
    .withEnvironment({ K3S_URL: `https://${containerName(options.stackId, serverNode)}:${apiPort}`, K3S_TOKEN: token })
    .withCommand(['agent'])
    .withStartupTimeout(startWithinMs);
  return describe(name, await start(name, said, () => container.start()), options);
}

// Each node gets a cgroup tree of its own. On a tree that they share, as Testcontainers mounts it, one kubelet takes
// the pods of another for orphans and ends them, and empty cgroups stay behind on the machine.
const ownCgroups = { CgroupnsMode: 'private' };
class ServerContainer extends K3sContainer {
  constructor(image: string) {
    super(image);
    Object.assign(this.hostConfig, ownCgroups);
  }
}
class AgentContainer extends GenericContainer {
  constructor(image: string) {
    super(image);
    Object.assign(this.hostConfig, ownCgroups);
  }
}

const containerName = (stackId: string, node: string) => `pgdrill-${stackId}-${node}`;

/** What a server and an agent have in common. */
function prepare<C extends GenericContainer>(container: C, node: string, said: string[], options: NodeOptions): C {
  // A container's name is its name on the network. With a network alias it would be started on Docker's default bridge
  // and join the network later: two interfaces in an order that changes from run to run, and the node may take the
  // address that the others cannot reach.
  container
    .withNetworkMode(options.network)
    .withName(containerName(options.stackId, node))
    .withHostname(node)
    .withLabels({ ...options.labels, [nodeLabel]: node })
    // This replaces the mount of the machine's cgroups that K3sContainer asks for.
    .withBindMounts(options.images ? [{ source: options.images, target: imagesInNode, mode: 'ro' }] : [])
    .withLogConsumer((log) => listen(node, log, said, options.progress))
    .withStartupTimeout(startWithinMs);
  if (options.registries)
    container.withCopyFilesToContainer([{ source: options.registries, target: '/etc/rancher/k3s/registries.yaml' }]);
  return container;
}

/** Importing images takes most of a node's start, so each is told. The last lines are kept for when it fails. */
function listen(node: string, log: Readable, said: string[], progress: Progress): void {
  log.on('data', (line: Buffer | string) => {
    said.push(String(line).trim());
    if (said.length > keptLines) said.shift();
    const [, image] = /(?:unpacking|saved|[Ii]mported) (?:images from )?"?([\w./:-]+)/.exec(String(line)) ?? [];
    if (image) progress(`${node}: image ${image}`);
  });
}

async function start<C>(node: string, said: readonly string[], begin: () => Promise<C>): Promise<C> {
  try {
    return await begin();
  } catch (error) {
    const last = said.length > 0 ? `; the last it said: ${said.join(' · ')}` : '';
    throw new SetupError(`node ${node} did not come up: ${(error as Error).message}${last}`);
  }
}

const describe = (name: string, container: StartedTestContainer, { network }: NodeOptions): Node => ({
  name,
  containerId: container.getId(),
  address: container.getIpAddress(network),
  published: (port) => ({ host: container.getHost(), port: container.getMappedPort(port) }),
});
