/** From nothing to a healthy cluster with its poolers, backups' store and ways in. */
import { randomBytes } from 'node:crypto';
import { hideSecrets } from '../../log/redact.ts';
import type { Topology } from '../../scenario/topology.ts';
import { applyAll } from '../cnpg/api/apply.ts';
import { Kube } from '../cnpg/api/kube.ts';
import { allNodePorts, nodePorts } from '../cnpg/api/ports.ts';
import { byWhatIsOffered } from '../cnpg/backup/by-plugin.ts';
import { makeBucket } from '../cnpg/bucket.ts';
import { drillServices, readManifests, render } from '../cnpg/manifests.ts';
import { caSecret, loadDatabase, namespace, superuserSecret } from '../cnpg/names.ts';
import { type KubeObject, refTo, type Secret, secretKind } from '../cnpg/objects.ts';
import { installOperator, readOperatorManifest } from '../cnpg/observe/operator.ts';
import type { Progress } from '../stack.ts';
import { tryTcp } from '../tcp.ts';
import { type Accounts, type K3s, reach } from './cluster.ts';
import type { K3sConfig } from './config.ts';
import { createNetwork, ensureImage } from './docker.ts';
import { imageOf, listImages } from './images.ts';
import { apiPort, type Node, startAgent, startServer } from './nodes.ts';
import { apiReady, clusterHealthy, databasesApplied, deploymentReady, nodesReady, numberPoolers } from './ready.ts';

export interface BringUp {
  readonly stackId: string;
  readonly config: K3sConfig;
  readonly topology: Topology;
  readonly labels: Readonly<Record<string, string>>;
  readonly signal: AbortSignal;
  readonly progress: Progress;
  /** What makes things in Docker is put here, for the caller to wait for where the start fails or is aborted. */
  readonly background: Promise<unknown>[];
  /** Called as soon as there is an API to ask why a later step fails. */
  readonly onApi: (kube: Kube) => void;
}

/** @throws SetupError where a part does not come up in time; what was started is left for the caller to remove */
export async function bringUp({
  stackId,
  config,
  topology,
  labels,
  signal,
  progress,
  background,
  onApi,
}: BringUp): Promise<K3s> {
  const images = config.images ? await listImages(config.images) : [];
  const manifest = await readOperatorManifest(config.operatorManifest, signal);
  await ensureImage(config.image, progress);
  signal.throwIfAborted();
  const making = createNetwork(stackId, labels);
  background.push(making);
  const network = await making;
  signal.throwIfAborted();
  const options = {
    stackId,
    network,
    image: config.image,
    images: config.images,
    registries: config.registries,
    labels,
    progress,
  };
  progress(`starting ${topology.instances + 1} nodes of ${config.image}`);
  // Agents wait for the server by themselves; importing their images meanwhile saves most of their time.
  const starting = Array.from({ length: topology.instances }, (_, i) => startAgent(i + 1, options));
  background.push(...starting);
  const joining = Promise.all(starting);
  joining.catch(() => {});
  const serving = startServer(options, allNodePorts);
  background.push(serving);
  const { node: server, kubeconfig } = await serving;
  signal.throwIfAborted();
  const routable = (await tryTcp(server.address, apiPort, 2_000)) === 'connected';
  const kube = Kube.fromText(routable ? atAddress(kubeconfig, server) : kubeconfig);
  onApi(kube);
  await apiReady(kube, signal);
  progress('the API answers; installing the CloudNativePG operator and MinIO');
  const objects = await rendered(topology, images);
  await installOperator(kube, manifest, signal);
  await applyAll(kube, objects.first, signal);
  const agents = await joining;
  await nodesReady(kube, topology.instances + 1, signal);
  progress(`${agents.length + 1} nodes are ready; applying the Cluster, its Pooler and their services`);
  await applyAll(kube, [...(await byWhatIsOffered(kube, objects.cluster)), ...drillServices(topology)], signal);
  await deploymentReady(kube, 'minio', signal);
  await makeBucket(
    { ...reach(server, nodePorts.minio, routable), accessKey: 'pgdrill', secretKey: objects.minioSecret },
    signal,
  );
  await clusterHealthy(kube, topology.instances, signal, progress);
  // Only now: the databases' blocks would slow the checkpoints down that the standbys' base backups wait for.
  const leftOut = await applyAll(kube, await byWhatIsOffered(kube, objects.last), signal);
  if (leftOut.length > 0) progress(`left out, since this cluster does not know them: ${leftOut.join(', ')}`);
  await databasesApplied(kube, signal);
  const poolers = await numberPoolers(kube, topology.pooler.instances, signal);
  return { id: stackId, kube, topology, server, agents, routable, poolers, accounts: await readAccounts(kube) };
}

/** The manifests by when they are applied: before the cluster, the cluster itself, and after it is healthy. */
async function rendered(topology: Topology, images: readonly string[]) {
  const minioSecret = randomBytes(16).toString('hex');
  const all = await readManifests();
  const secrets = all.filter(({ kind }) => kind === 'Secret').map(({ metadata }) => metadata.name);
  const passwords = Object.fromEntries(secrets.map((name) => [name, randomBytes(16).toString('hex')]));
  hideSecrets([minioSecret, ...Object.values(passwords)]);
  const objects = render(all, {
    topology,
    images: { postgres: imageOf('ghcr.io/cloudnative-pg/postgresql', images), minio: imageOf('minio/minio', images) },
    passwords: { ...passwords, 'minio-credentials': minioSecret },
  });
  const core = (object: KubeObject) =>
    object.kind === 'Cluster' || object.kind === 'Pooler' || object.metadata.name === 'postgres-nodeport';
  const after = ({ kind }: KubeObject) => kind === 'Database' || kind === 'ScheduledBackup' || kind === 'PodMonitor';
  return {
    minioSecret,
    first: objects.filter((object) => !core(object) && !after(object)),
    cluster: objects.filter(core),
    last: objects.filter(after),
  };
}

/** The kubeconfig with the server's own address in it. */
const atAddress = (kubeconfig: string, { address }: Node) =>
  kubeconfig.replace(/server: .*/, `server: https://${address}:${apiPort}`);

async function readAccounts(kube: Kube): Promise<Accounts> {
  return {
    ca: await secretValue(kube, caSecret, 'ca.crt'),
    superuserPassword: await secretValue(kube, superuserSecret, 'password'),
    loadPassword: await secretValue(kube, `postgres-${loadDatabase.replace('_', '-')}-password`, 'password'),
  };
}

async function secretValue(kube: Kube, name: string, key: string): Promise<string> {
  const secret = await kube.read<Secret>(refTo(secretKind, name, namespace));
  const value = Buffer.from(secret?.data?.[key] ?? '', 'base64').toString();
  hideSecrets([value]);
  return value;
}
