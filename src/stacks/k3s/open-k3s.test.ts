import { expect } from 'chai';
import { describe, it } from 'mocha';
import { topologySchema } from '../../scenario/topology.ts';
import type { Kube } from '../cnpg/api/kube.ts';
import type { KubeObject } from '../cnpg/objects.ts';
import { PoolerPods } from '../cnpg/pooler-pods.ts';
import type { K3s } from './cluster.ts';
import { ownInstallation } from './installation.ts';
import type { Node } from './nodes.ts';
import { OpenK3s } from './open-k3s.ts';

const node = (name: string, address: string): Node => ({
  name,
  address,
  containerId: name,
  published: (port) => ({ host: 'docker.example', port: port + 10_000 }),
});

/** A stack whose API knows these objects only. */
function stack(over: Partial<K3s>, objects: readonly KubeObject[] = []): OpenK3s {
  const kube = {
    watchTransport: () => new Promise(() => {}),
    list: async () => objects,
    read: async () => objects.find(({ kind }) => kind === 'Cluster'),
  };
  const k3s: K3s = {
    id: 'abc123',
    kube: kube as unknown as Kube,
    topology: topologySchema.parse({}),
    installation: ownInstallation,
    server: node('server', '198.18.0.2'),
    agents: [node('agent-1', '198.18.0.3')],
    routable: true,
    accounts: { ca: 'PEM', superuserPassword: 's', loadPassword: 'l' },
    poolers: new PoolerPods(
      new Map([
        ['pooler-1', 'pod-a'],
        ['pooler-2', 'pod-b'],
      ]),
    ),
    ...over,
  };
  return new OpenK3s(k3s, { versions: {}, settings: {} }, undefined, false);
}

describe('the ways into the k3s stack', () => {
  it('lead to the primary, the standbys and each pooler by NodePorts on the server’s own address', () => {
    expect(
      stack({})
        .endpoints()
        .map(({ name, host, port }) => `${name} ${host}:${port}`),
    ).to.deep.equal([
      'direct 198.18.0.2:30432',
      'readonly 198.18.0.2:30433',
      'pooler-1 198.18.0.2:30441',
      'pooler-2 198.18.0.2:30442',
    ]);
  });

  it('go by published ports where the nodes’ network cannot be reached, and the path says so', () => {
    const open = stack({ routable: false });
    expect(open.endpoints()[0]).to.include({ host: 'docker.example', port: 40432 });
    expect(open.facts.path).to.include('ports that Docker publishes');
  });

  it('are checked against the cluster’s authority, by the name that its certificates carry', () => {
    for (const endpoint of stack({}).endpoints()) expect(endpoint).to.include({ ca: 'PEM', serverName: 'postgres-rw' });
  });
});

describe('the instances of the k3s stack', () => {
  const pod = (name: string, podIP: string): KubeObject => ({
    ...{ apiVersion: 'v1', kind: 'Pod', metadata: { name } },
    ...{ spec: { nodeName: 'agent-1', containers: [] }, status: { podIP } },
  });

  it('are as many as the topology says, also while a pod is deleted', async () => {
    const instances = await stack({}, [pod('postgres-1', '10.42.0.4'), pod('postgres-3', '10.42.2.4')]).instances();
    expect(instances.map(({ name, address }) => `${name} ${address}`)).to.deep.equal([
      'postgres-1 10.42.0.4',
      'postgres-2 ',
      'postgres-3 10.42.2.4',
    ]);
  });

  it('have no primary while CloudNativePG names none', async () => {
    const message = await stack({})
      .primary()
      .catch((error: Error) => error.message);
    expect(message).to.equal('CloudNativePG has no primary now; wait until one is elected');
  });

  it('can be broken only in ways that the stack knows, and at targets that it has', async () => {
    const open = stack({}, [pod('postgres-1', '10.42.0.4')]);
    const refused = (fault: string, name: string) =>
      open
        .inject(fault as never, { kind: 'instance', name, host: '', address: '' }, async () => {})
        .catch((error: Error) => error.message);
    expect(await refused('flood', 'postgres-1')).to.include('the k3s stack cannot do flood');
    expect(await refused('delete', 'postgres-11')).to.include('did you mean postgres-1?');
  });
});
