import { cnpg } from '../documentation.ts';
import { eachCluster } from '../each.ts';
import { cluster } from '../example.ts';
import type { Rule } from '../finding.ts';
import { isThrowAwayRestore } from '../objects/replication.ts';

/** Without requests a pod is BestEffort: the first that goes when a node is short of memory. */
export const resourcesMissing: Rule = {
  id: 'resources-missing',
  severity: 'warning',
  onlyInProduction: true,
  together: true,
  title: 'instances without resource requests',
  documentation: cnpg('resource_management'),
  explanation:
    'Pods without requests and limits are of the class BestEffort: the kubelet evicts them first when a node runs short ' +
    'of memory, and the kernel kills their processes first. The scheduler also puts them on nodes that are full. Equal ' +
    'requests and limits of memory make them safest. Choose numbers for your load; the rule cannot.',
  bad: cluster('instances: 1'),
  good: cluster('instances: 1\nresources:\n  requests:\n    cpu: 500m\n    memory: 1Gi\n  limits:\n    memory: 1Gi'),
  meant: { here: /\bBestEffort\b|\bno (?:resource )?(?:requests|limits|resources)\b/i },
  check: eachCluster(function* (resource, inventory) {
    const has = (...path: string[]) => resource.at('spec', 'resources', ...path) !== undefined;
    const isSet = ['requests', 'limits'].some((kind) => has(kind, 'memory') || has(kind, 'cpu'));
    if (isSet || isThrowAwayRestore(resource, inventory)) return;
    yield {
      resource,
      at: resource.nearest('spec', 'resources'),
      message:
        `The instances have neither requests nor limits (BestEffort): when a node runs short of memory, the kubelet ` +
        `evicts them first and the kernel kills their processes first, the primary’s as any other’s.`,
      change: [],
    };
  }),
};
