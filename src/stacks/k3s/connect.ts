/** The instances of a running stack, and superusers' connections to each. */
import type { Client, ClientConfig } from 'pg';
import { SetupError } from '../../errors.ts';
import type { Instance } from '../../faults/target.ts';
import { nodePorts } from '../cnpg/api/ports.ts';
import { instanceNameOf, instanceSelector, serverNameOf } from '../cnpg/names.ts';
import { type Cluster, clusterKind, type Pod, podKind, refTo } from '../cnpg/objects.ts';
import { connected } from '../connected.ts';
import { type K3s, reach } from './cluster.ts';

/** All of the topology's instances. One whose pod was deleted is one all the same; where it is is not known meanwhile. */
export async function listInstances({ kube, topology, installation: { site } }: K3s): Promise<readonly Instance[]> {
  const pods = await kube.list<Pod>(podKind, site.namespace, instanceSelector(site.cluster));
  return Array.from({ length: topology.instances }, (_, i) => {
    const name = instanceNameOf(site, i + 1);
    const pod = pods.find(({ metadata }) => metadata.name === name);
    return { kind: 'instance', name, host: pod?.spec.nodeName ?? '', address: pod?.status?.podIP ?? '' };
  });
}

/** @throws SetupError if CloudNativePG has no primary */
export async function currentPrimary(k3s: K3s): Promise<Instance> {
  const { site } = k3s.installation;
  const cluster = await k3s.kube.read<Cluster>(refTo(clusterKind, site.cluster, site.namespace));
  const name = cluster?.status?.currentPrimary;
  const instance = (await listInstances(k3s)).find((one) => one.name === name);
  if (!instance) throw new SetupError('CloudNativePG has no primary now; wait until one is elected');
  return instance;
}

/**
 * Connects as superuser to the instance's own port on its own node, which `isolate` spares.
 * @throws Error where it is down or does not let us in
 */
export async function connectInstance(
  { agents, server, routable, accounts, installation: { site } }: K3s,
  instance: Instance,
  database: string,
  limits: ClientConfig = {},
): Promise<Client> {
  const number = Number(/-(\d+)$/.exec(instance.name)?.[1]);
  const node = (routable && agents.find(({ name }) => name === instance.host)) || server;
  return connected({
    ...reach(node, nodePorts.instance(number), routable),
    database,
    user: 'postgres',
    password: accounts.superuserPassword,
    ssl: { ca: accounts.ca, servername: serverNameOf(site) },
    connectionTimeoutMillis: 3_000,
    ...limits,
  });
}
