/** From nothing to a healthy cluster with its poolers, backups' store and ways in. */

import { makeBucket } from '../../object-store/make-bucket.ts';
import { send } from '../../object-store/send.ts';
import type { Topology } from '../../scenario/topology.ts';
import { hideSecrets } from '../../secrets.ts';
import { applyAll } from '../cnpg/api/apply.ts';
import { Kube } from '../cnpg/api/kube.ts';
import { allNodePorts, nodePorts } from '../cnpg/api/ports.ts';
import {
  bucketName,
  caSecretOf,
  type DrillSite,
  operatorNamespace,
  storeDeployment,
  superuserSecretOf,
} from '../cnpg/names.ts';
import { type KubeObject, refTo, type Secret, secretKind } from '../cnpg/objects.ts';
import { installOperator } from '../cnpg/observe/operator.ts';
import type { Progress } from '../stack.ts';
import { tryTcp } from '../tcp.ts';
import { type Accounts, type K3s, reach } from './cluster.ts';
import type { K3sConfig } from './config.ts';
import { createNetwork, ensureImage } from './docker.ts';
import { listImages } from './images.ts';
import type { Installation } from './installation.ts';
import type { NodeLog } from './node-log.ts';
import { apiPort, type Node, startAgent, startServer } from './nodes.ts';
import { pluginDeployment, pluginObjects } from './plugin.ts';
import { apiReady, clusterHealthy, databasesApplied, deploymentReady, nodesReady, numberPoolers } from './ready.ts';
import { type Release, readRelease } from './release.ts';
import { keepSite } from './site.ts';

/** MinIO has just been started: what it does not answer at once is asked again. */
const bucketAnswerWithinMs = 2_000;

export interface BringUp {
  readonly stackId: string;
  readonly config: K3sConfig;
  readonly topology: Topology;
  readonly installation: Installation;
  readonly labels: Readonly<Record<string, string>>;
  readonly signal: AbortSignal;
  readonly progress: Progress;
  /** What makes things in Docker is put here, for the caller to wait for where the start fails or is aborted. */
  readonly background: Promise<unknown>[];
  /** Gets the logs of the nodes, for the run's folder where one does not come up. */
  readonly logs: Map<string, NodeLog>;
  /** Called as soon as there is an API to ask why a later step fails. */
  readonly onApi: (kube: Kube) => void;
}

/** @throws SetupError where a part does not come up in time; what was started is left for the caller to remove */
export async function bringUp({
  stackId,
  config,
  topology,
  installation,
  labels,
  signal,
  progress,
  background,
  logs,
  onApi,
}: BringUp): Promise<K3s> {
  const images = config.images ? await listImages(config.images) : [];
  const release = await readRelease(config, signal);
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
    logs,
    progress,
  };
  progress(`starting ${topology.instances + 1} nodes of ${config.image}`);
  // Agents wait for the server; importing their images meanwhile saves most of their time.
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
  const { site } = installation;
  const objects = await installation.objects(topology, images);
  await keepSite(kube, site, topology);
  await installOperator(kube, release.operator, signal);
  await installPlugin(kube, release, signal, progress);
  const backedUp = (some: readonly KubeObject[]) =>
    release.archiver === 'plugin' ? installation.backedUp(kube, some) : some;
  await applyAll(kube, objects.first, signal);
  const agents = await joining;
  await nodesReady(kube, topology.instances + 1, signal);
  progress(`${agents.length + 1} nodes are ready; applying the Cluster, its Pooler and their services`);
  await applyAll(kube, await backedUp(objects.cluster), signal);
  await deploymentReady(kube, site.namespace, storeDeployment, signal);
  hideSecrets([objects.minioSecret]);
  await makeBucket(
    {
      ...reach(server, nodePorts.minio, routable),
      bucket: bucketName,
      account: { accessKey: 'pgdrill', secretKey: objects.minioSecret },
      send: (request, aborted) => send(request, aborted, bucketAnswerWithinMs),
    },
    signal,
  );
  await clusterHealthy(kube, site, topology.instances, signal, progress);
  // Only now: the databases' blocks would slow the checkpoints down that the standbys' base backups wait for.
  const leftOut = await applyAll(kube, await backedUp(objects.last), signal);
  if (leftOut.length > 0) progress(`left out, since this cluster does not know them: ${leftOut.join(', ')}`);
  if (objects.last.some(({ kind }) => kind === 'Database')) await databasesApplied(kube, site, signal);
  const poolers = await numberPoolers(kube, site, topology.pooler.instances, signal);
  const accounts = await readAccounts(kube, site);
  return { id: stackId, kube, topology, installation, server, agents, routable, poolers, accounts };
}

/** Installs the plugin where it archives, and says what does. */
async function installPlugin(kube: Kube, release: Release, signal: AbortSignal, progress: Progress): Promise<void> {
  if (release.archiver === 'in-tree')
    return progress('backups: Barman in the tree, which CloudNativePG 1.31 no longer has');
  progress('backups: the Barman Cloud plugin');
  if (release.plugin) await applyAll(kube, pluginObjects(release.plugin), signal);
  // The operator finds the plugin by its Service; a Cluster that names it waits for it.
  await deploymentReady(kube, operatorNamespace, pluginDeployment, signal);
}

/** The kubeconfig with the server's own address in it. */
const atAddress = (kubeconfig: string, { address }: Node) =>
  kubeconfig.replace(/server: .*/, `server: https://${address}:${apiPort}`);

export async function readAccounts(kube: Kube, site: DrillSite): Promise<Accounts> {
  return {
    ca: await secretValue(kube, site, caSecretOf(site), 'ca.crt'),
    superuserPassword: await secretValue(kube, site, superuserSecretOf(site), 'password'),
    loadPassword: await secretValue(kube, site, site.userSecret, 'password'),
  };
}

async function secretValue(kube: Kube, { namespace }: DrillSite, name: string, key: string): Promise<string> {
  const secret = await kube.read<Secret>(refTo(secretKind, name, namespace));
  const value = Buffer.from(secret?.data?.[key] ?? '', 'base64').toString();
  hideSecrets([value]);
  return value;
}
