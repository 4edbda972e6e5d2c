/** What a drill may change of a Pooler: whether it is paused. Everything else of it decides what runs in its pods. Pure. */
import { all, type Check, here, ofItself, onlyThese, rule, same, text } from './admission-cel.ts';

export function poolerCheck(cluster: string): Check {
  const ofCluster = (pooler: string) => `${pooler}.spec.cluster.name == ${text(cluster)}`;
  return {
    rule: rule('postgresql.cnpg.io', 'UPDATE', 'poolers'),
    on: ofItself('poolers', 'UPDATE'),
    holds: all(
      ...[here, ofCluster('oldObject'), ofCluster('object')],
      onlyThese('spec', ['pgbouncer']),
      onlyThese('spec.pgbouncer', ['paused']),
      ...['labels', 'annotations'].map((field) => onlyThese(`metadata.${field}`, [])),
      ...['ownerReferences', 'finalizers'].map((field) => same(`metadata.${field}`)),
    ),
    message: 'a drill changes of a Pooler of its Cluster whether it is paused, and nothing else',
  };
}
