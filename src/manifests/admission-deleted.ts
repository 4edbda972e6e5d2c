/**
 * How an account may delete. A grace of 0 s removes a pod from the API before its node has stopped it, and on a node that is cut
 * off its processes go on. Orphaned pods of a Job have no deadline. Pure.
 */
import { nodeAgentLabel } from '../stacks/cluster/pods/agent.ts';
import { clusterLabel } from '../stacks/cluster/pods/own-pods.ts';
import { labels as cnpg } from '../stacks/cnpg/names.ts';
import { all, type Check, either, here, labelled, ofItself, rule, subresource, text } from './admission-cel.ts';
import type { Monthly } from './plan.ts';

/** Kubernetes takes a negative grace for the shortest. */
const inTime = (options: string): string =>
  `(!has(${options}) || ${options} == null || !has(${options}.gracePeriodSeconds) || ${options}.gracePeriodSeconds > 0)`;

export type DeletedOf = Pick<Monthly, 'cluster' | 'operatorNamespace'> & {
  readonly scenarios: readonly { readonly needs: readonly string[] }[];
};

export function checksOfDeleted({ cluster, operatorNamespace, scenarios }: DeletedOf): readonly Check[] {
  const faults = text(`,${[...new Set(scenarios.flatMap(({ needs }) => needs))].join(',')},`);
  const planned = (fault: string) => `${faults}.contains(${text(`,${fault},`)})`;
  const instance = labelled('oldObject', cnpg.cluster, cluster);
  const own = either(labelled('oldObject', nodeAgentLabel, cluster), labelled('oldObject', clusterLabel, cluster));
  return [
    {
      rule: rule('', 'DELETE', 'pods'),
      on: ofItself('pods', 'DELETE'),
      holds: either(
        inTime('request.options'),
        // Its own pods have no volume that a second one could open.
        all(own, `!${instance}`),
        all(here, planned('delete-now')),
        all(`request.namespace == ${text(operatorNamespace)}`, planned('operator-down')),
      ),
      message: 'a drill deletes pods at once, with a grace of 0 s, for delete-now and operator-down only',
    },
    {
      rule: rule('', 'CREATE', 'pods/eviction'),
      on: subresource('eviction'),
      holds: inTime('object.deleteOptions'),
      message: 'a drill evicts pods with the grace that they have',
    },
    {
      rule: rule('batch', 'DELETE', 'jobs'),
      on: ofItself('jobs', 'DELETE'),
      holds: all(
        ...[here, `request.name == ${text(`pgdrill-load-${cluster}`)}`],
        `has(request.options) && has(request.options.propagationPolicy) && request.options.propagationPolicy in ['Background', 'Foreground']`,
      ),
      message: 'a drill deletes the Job of its load generators only, with its pods',
    },
  ];
}
