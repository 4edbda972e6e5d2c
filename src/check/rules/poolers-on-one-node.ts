import { cnpg } from '../documentation.ts';
import { setIn } from '../edit.ts';
import type { Rule } from '../finding.ts';
import { poolerInstances } from '../pooler.ts';

/** Unlike instances of PostgreSQL, poolers get no anti-affinity from the operator. */
export const poolersOnOneNode: Rule = {
  id: 'poolers-on-one-node',
  severity: 'warning',
  title: 'poolers may all stand on one node',
  documentation: cnpg('connection_pooling', 'high-availability-with-pod-anti-affinity'),
  *check(inventory) {
    for (const resource of inventory.poolers) {
      const template = ['spec', 'template', 'spec'];
      if (poolerInstances(resource) < 2) continue;
      if (resource.at(...template, 'affinity', 'podAntiAffinity')) continue;
      if (resource.at(...template, 'topologySpreadConstraints')) continue;
      const antiAffinity = {
        requiredDuringSchedulingIgnoredDuringExecution: [
          {
            labelSelector: { matchLabels: { 'cnpg.io/poolerName': resource.name } },
            topologyKey: 'kubernetes.io/hostname',
          },
        ],
      };
      const affinity = { podAntiAffinity: antiAffinity };
      const change = resource.at(...template)
        ? setIn(resource.base, [...template, 'affinity'], affinity)
        : setIn(resource.base, template, { containers: [], affinity });
      yield {
        resource,
        at: resource.nearest('spec', 'template', 'spec'),
        message:
          `Nothing keeps the ${poolerInstances(resource)} poolers on different nodes. When they share one and it is ` +
          `lost, every client is down until Kubernetes gives the pods up, five minutes by default; if the primary was ` +
          `there too, both at once.`,
        change: [change],
      };
    }
  },
};
