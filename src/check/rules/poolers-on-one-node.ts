import { cnpg } from '../documentation.ts';
import { eachPooler } from '../each.ts';
import { pooler } from '../example.ts';
import type { Rule } from '../finding.ts';
import { apartSetting, isApart, poolerInstances } from '../objects/pooler.ts';

/** Unlike instances of PostgreSQL, poolers get no anti-affinity from the operator. */
export const poolersOnOneNode: Rule = {
  id: 'poolers-on-one-node',
  severity: 'warning',
  onlyInProduction: true,
  title: 'poolers may all run on one node',
  documentation: cnpg('connection_pooling', 'high-availability-with-pod-anti-affinity'),
  explanation:
    'The operator spreads instances of PostgreSQL, and not the pods of a Pooler. When all pods share a node that is lost, ' +
    'all clients are down until Kubernetes gives the pods up: five minutes by default.',
  bad: pooler('instances: 2\npgbouncer:\n  poolMode: transaction'),
  drill: 'pooler-loss',
  check: eachPooler(function* (resource, { nodes }) {
    const instances = poolerInstances(resource);
    if (instances < 2 || isApart(resource) || nodes === 1) return;
    yield {
      resource,
      at: resource.nearest('spec', 'template', 'spec'),
      message:
        `No rule keeps the ${instances} poolers on different nodes: spreading by the scheduler’s defaults is a preference that ` +
        `it gives up on full nodes. When they share one and it is lost, all clients are ` +
        `down until Kubernetes gives the pods up, five minutes by default; if the primary ran there too, both fail at once.`,
      change: resource.setAll([apartSetting(resource)]),
    };
  }),
};
