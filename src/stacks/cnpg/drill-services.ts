/** Services of type NodePort by which a drill reaches the cluster that it stood up. */
import type { Topology } from '../../scenario/topology.ts';
import { nodePorts, postgresPort } from './api/ports.ts';
import { type DrillSite, instanceNameOf, labels } from './names.ts';
import type { KubeObject } from './objects.ts';

/**
 * Ways in that only a drill needs: the standbys, each pooler, and each instance. The last lead to an instance that is not
 * ready too, since the drill then asks it what it takes itself for.
 */
export function drillServices(topology: Pick<Topology, 'instances' | 'pooler'>, site: DrillSite): KubeObject[] {
  const range = (length: number) => Array.from({ length }, (_, i) => i + 1);
  const { cluster, pooler } = site;
  return [
    nodePort(site, 'pgdrill-readonly', nodePorts.readonly, { [labels.cluster]: cluster, [labels.role]: 'replica' }),
    ...range(topology.pooler.instances).map((number) =>
      nodePort(site, `pgdrill-pooler-${number}`, nodePorts.pooler(number), {
        [labels.pooler]: pooler,
        [labels.poolerNumber]: String(number),
      }),
    ),
    ...range(topology.instances).map((number) => {
      const name = instanceNameOf(site, number);
      return nodePort(site, `pgdrill-${name}`, nodePorts.instance(number), { [labels.instance]: name }, true);
    }),
  ];
}

/** The primary, wherever it is: `fixtures/manifests/50-nodeport.yaml` for a Cluster of other names. */
export const directService = (site: DrillSite): KubeObject =>
  nodePort(site, 'pgdrill-direct', nodePorts.direct, { [labels.cluster]: site.cluster, [labels.role]: 'primary' });

const nodePort = (
  { namespace }: DrillSite,
  name: string,
  port: number,
  selector: Record<string, string>,
  unready = false,
): KubeObject => ({
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name, namespace },
  spec: {
    type: 'NodePort',
    selector,
    ports: [{ name: 'postgres', port: postgresPort, targetPort: postgresPort, nodePort: port }],
    ...(unready && { publishNotReadyAddresses: true }),
  },
});
