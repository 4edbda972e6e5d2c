import { isMap, type YAMLMap } from 'yaml';
import { removeEntry } from '../change/edit.ts';
import { postgres } from '../documentation.ts';
import { eachCluster } from '../each.ts';
import { cluster } from '../example.ts';
import type { Rule, Severity } from '../finding.ts';
import { instancesOf, isSynchronous } from '../objects/replication.ts';
import type { Resource } from '../objects/resource.ts';
import { partsOf } from '../tree/merge.ts';

const parameters = ['spec', 'postgresql', 'parameters'];
const off = new Set(['off', 'false', 'no', '0']);

const harms: Readonly<Record<string, { severity: Severity; harm: string }>> = {
  fsync: {
    severity: 'error',
    harm: 'a crash of the node may leave the data directory corrupt, so that the instance must be cloned again',
  },
  full_page_writes: {
    severity: 'error',
    harm: 'a crash while a page is written may leave it torn, and recovery cannot repair it',
  },
  synchronous_commit: {
    severity: 'warning',
    harm: 'commits are acknowledged before they are on disk, and a crash of the primary loses the last of them',
  },
};

/** Settings that trade the safety of acknowledged writes for speed. */
export const durabilityOff: Rule = {
  id: 'durability-off',
  severity: 'error',
  title: 'durability of writes is switched off',
  documentation: postgres('runtime-config-wal', 'RUNTIME-CONFIG-WAL-SETTINGS'),
  explanation:
    '`fsync`, `full_page_writes` and `synchronous_commit` make acknowledged writes survive a crash. Without the first ' +
    'two a crash can corrupt the data directory; without the third it loses the last commits, and synchronous ' +
    'replication protects nothing either, as with `synchronous_commit: local`. Accept it for data that can be created again.',
  bad: cluster('instances: 1\npostgresql:\n  parameters:\n    synchronous_commit: "off"\n    max_wal_size: 2GB'),
  check: eachCluster(function* (resource) {
    for (const [name, { severity, harm }] of Object.entries(harms)) {
      const at = resource.at(...parameters, name);
      const value = (resource.text(...parameters, name) ?? '').toLowerCase();
      const waits = name === 'synchronous_commit' && isSynchronous(resource) && instancesOf(resource) > 1;
      // `local` is on disk, and waits for no standby.
      const isLocal = value === 'local' && waits;
      if (!at || !(off.has(value) || isLocal)) continue;
      yield {
        resource,
        at,
        severity: waits ? 'error' : severity,
        message: isLocal
          ? `synchronous_commit is local: commits wait for no standby, although the Cluster asks for synchronous replication, and a failover loses the last of them.`
          : `${name} is off: ${harm}${waits ? ', although the Cluster asks for synchronous replication' : ''}.`,
        change: isOnly(resource) ? resource.set([...parameters, name], 'on') : [removeEntry(at)],
      };
    }
  }),
};

/** The last parameter is set instead of removed: an empty map would be null. */
function isOnly(resource: Resource): boolean {
  const place = resource.at(...parameters);
  if (!isMap(place?.node)) return true;
  return partsOf(place.node as YAMLMap, place.manifest).some(({ map }) => map.items.length < 2);
}
