import { removeEntry } from '../change/edit.ts';
import { cnpg } from '../documentation.ts';
import { eachCluster } from '../each.ts';
import { cluster } from '../example.ts';
import type { Rule } from '../finding.ts';

const annotation = 'cnpg.io/fencedInstances';

/** A fenced instance runs no PostgreSQL. */
export const clusterFenced: Rule = {
  id: 'cluster-fenced',
  severity: 'error',
  title: 'fenced instances',
  documentation: cnpg('fencing'),
  explanation:
    'The annotation `cnpg.io/fencedInstances` stops PostgreSQL on the named instances and keeps their pods. A fenced ' +
    'primary is not failed over: the database is down until the fence is lifted. `["*"]` fences all.',
  bad: cluster('instances: 1', `annotations:\n  ${annotation}: '["*"]'\n  team: shop`),
  check: eachCluster(function* (resource) {
    const at = resource.at('metadata', 'annotations', annotation);
    const value = resource.reference('metadata', 'annotations', annotation)?.trim() ?? '';
    if (!at || value === '' || value === '[]' || value === 'null') return;
    const all = value.includes('"*"');
    yield {
      resource,
      at,
      message: all
        ? `All instances are fenced: PostgreSQL runs on none of them, and the database is down until the fence is lifted.`
        : `Instances are fenced (${value}): PostgreSQL does not run on them, and a fenced primary is not failed over.`,
      change: resource.at('status') ? [] : [removeEntry(isOnly(at) ? resource.at('metadata', 'annotations')! : at)],
    };
  }),
};

/** An annotation that stands alone goes with its map. */
function isOnly(at: { manifest: { at(...path: string[]): { node: unknown } | undefined } }): boolean {
  const node = at.manifest.at('metadata', 'annotations')?.node as { items?: unknown[] } | undefined;
  return (node?.items?.length ?? 0) < 2;
}
