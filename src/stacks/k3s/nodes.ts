/** The nodes of the cluster: a server and agents of k3s as containers on one network of their own. */
import type { Readable } from 'node:stream';
import { K3sContainer } from '@testcontainers/k3s';
import { GenericContainer, type StartedTestContainer, Wait } from 'testcontainers';
import { SetupError } from '../../errors.ts';
import type { Progress } from '../stack.ts';
import { nodeLabel } from './docker.ts';
import { imagesInNode } from './images.ts';
import { NodeLog } from './node-log.ts';

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
  /** Gets the log of each node by its name: Testcontainers removes the container of a node that does not come up. */
  readonly logs: Map<string, NodeLog>;
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
  const log = logOf(serverNode, options);
  const container = prepare(new ServerContainer(options.image), serverNode, log, options)
    .withExposedPorts(apiPort, ...ports)
    .withCommand(['server', ...arguments_]);
  const started = await start(serverNode, log, () => container.start());
  return { node: describe(serverNode, started, options), kubeconfig: started.getKubeConfig() };
}

/** Starts one agent; it joins once the server is up. @throws SetupError where it does not */
export async function startAgent(number: number, options: NodeOptions): Promise<Node> {
  const name = agentNode(number);
  const log = logOf(name, options);
  const container = prepare(new AgentContainer(options.image), name, log, options)
    .withPrivilegedMode()
    .withTmpFs({ '/run': 'rw', '/var/run': 'rw' })
    .withWaitStrategy(Wait.forLogMessage(upLine))
    .withEnvironment({ K3S_URL: `https://${containerName(options.stackId, serverNode)}:${apiPort}`, K3S_TOKEN: token })
    .withCommand(['agent'])
    .withStartupTimeout(startWithinMs);
  return describe(name, await start(name, log, () => container.start()), options);
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
function prepare<C extends GenericContainer>(container: C, node: string, log: NodeLog, options: NodeOptions): C {
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
    .withLogConsumer((stream) => listen(node, stream, log, options.progress))
    .withStartupTimeout(startWithinMs);
  if (options.registries)
    container.withCopyFilesToContainer([{ source: options.registries, target: '/etc/rancher/k3s/registries.yaml' }]);
  return container;
}

function logOf(node: string, { logs }: NodeOptions): NodeLog {
  const log = new NodeLog();
  logs.set(node, log);
  return log;
}

/** Keeps the log. Importing images takes most of a node's start, so the log shows each image. */
function listen(node: string, stream: Readable, log: NodeLog, progress: Progress): void {
  stream.on('data', (part: Buffer | string) => {
    for (const line of log.add(String(part))) {
      const [, image] = /(?:unpacking|saved|[Ii]mported) "?((?=\S*[/:])[\w./:@-]+)/.exec(line) ?? [];
      if (image) progress(`${node}: image ${image}`);
    }
  });
}

async function start<C>(node: string, log: NodeLog, begin: () => Promise<C>): Promise<C> {
  try {
    return await begin();
  } catch (error) {
    const { message } = error as Error;
    // Testcontainers names the line it waited for; what matters is that the node ended.
    const why = /^Log stream ended/.test(message) ? 'its container ended' : message;
    const causes = log.causes();
    throw new SetupError(
      `node ${node} did not come up: ${[why, ...(causes.length > 0 ? [`its log: ${causes.join(' · ')}`] : [])].join('; ')}`,
    );
  }
}

const describe = (name: string, container: StartedTestContainer, { network }: NodeOptions): Node => ({
  name,
  containerId: container.getId(),
  address: container.getIpAddress(network),
  published: (port) => ({ host: container.getHost(), port: container.getMappedPort(port) }),
});
