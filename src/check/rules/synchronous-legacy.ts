import { isMap } from 'yaml';
import { type Edit, removeEntry } from '../change/edit.ts';
import { cnpg } from '../documentation.ts';
import { eachCluster } from '../each.ts';
import { cluster } from '../example.ts';
import type { Rule } from '../finding.ts';
import { instancesOf, synchronousSettings } from '../objects/replication.ts';
import type { Resource } from '../objects/resource.ts';

/** The older settings of synchronous replication give way without a word. */
export const synchronousLegacy: Rule = {
  id: 'synchronous-legacy',
  severity: 'warning',
  together: true,
  title: 'deprecated minSyncReplicas and maxSyncReplicas',
  documentation: cnpg('replication', 'migrating-from-deprecated-synchronous-replication-implementation'),
  explanation:
    '`minSyncReplicas` and `maxSyncReplicas` are deprecated in favour of `postgresql.synchronous`. When fewer standbys ' +
    'are ready than `minSyncReplicas`, the operator lowers the number, down to none, and commits are acknowledged ' +
    'without a standby. A failover after that loses them, and no client gets an error.',
  since: '1.24',
  bad: cluster('instances: 3\nminSyncReplicas: 1\nmaxSyncReplicas: 1'),
  drill: 'standbys-lost-preferred',
  measured:
    'with both standbys dead and one only preferred, on the lab, writes went on after 4.3 s and 256 of them were on the primary only (`standbys-lost-preferred`, one run, `docs/measured.md`)',
  check: eachCluster(function* (resource) {
    const places = ['minSyncReplicas', 'maxSyncReplicas'].flatMap((name) => resource.at('spec', name) ?? []);
    const number = resource.number('spec', 'minSyncReplicas') ?? 0;
    const [at] = places;
    if (!at || (number === 0 && (resource.number('spec', 'maxSyncReplicas') ?? 0) === 0)) return;
    const instances = instancesOf(resource);
    yield {
      resource,
      at,
      message:
        `minSyncReplicas is deprecated and gives way: when ${number > 1 ? `fewer than ${number} standbys are` : 'no standby is'} ready, commits are acknowledged without one` +
        (instances === 2 ? ', and with two instances that is whenever the only standby is down. ' : '. ') +
        `postgresql.synchronous says with dataDurability what happens then.`,
      change: [...places.map(removeEntry), ...synchronous(resource, Math.max(1, number), instances)],
    };
  }),
};

function synchronous(resource: Resource, number: number, instances: number): Edit[] {
  if (resource.at('spec', 'postgresql', 'synchronous')) return [];
  const value = { ...synchronousSettings(instances, resource), number: Math.min(number, Math.max(1, instances - 2)) };
  // A `postgresql` that stands in the text of a removed line would lose its place; maps keep theirs.
  const place = resource.at('spec', 'postgresql');
  return !place || isMap(place.node) ? resource.set(['spec', 'postgresql', 'synchronous'], value) : [];
}
