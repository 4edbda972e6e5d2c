import { cnpg } from '../documentation.ts';
import { eachCluster } from '../each.ts';
import { cluster } from '../example.ts';
import type { Rule } from '../finding.ts';

const example = (status: string): string =>
  `${cluster('instances: 1')}status:\n  conditions:\n    - type: ContinuousArchiving\n      status: "${status}"\n      message: unexpected failure invoking barman-cloud-wal-archive\n`;

/** Found in what a live cluster reports. */
export const archivingFailing: Rule = {
  id: 'archiving-failing',
  severity: 'error',
  title: 'archiving of WAL fails',
  documentation: cnpg('wal_archiving'),
  explanation:
    'The condition ContinuousArchiving is False: WAL does not reach the object store. Nothing since then can be restored, ' +
    'and WAL stays in pg_wal until the disk is full and the primary stops. The rule reads the status of a live cluster.',
  bad: example('False'),
  good: example('True'),
  drill: 'object-store-down',
  check: eachCluster(function* (resource) {
    const condition = resource
      .items('status', 'conditions')
      .find((item) => resource.field(item, 'type') === 'ContinuousArchiving');
    if (!condition || resource.field(condition, 'status') !== 'False') return;
    // An instance refuses to archive for the moment in which another one takes over.
    if (/switchover in progress/i.test(resource.field(condition, 'message') ?? '')) return;
    const reason = resource.field(condition, 'message') ?? resource.field(condition, 'reason');
    yield {
      resource,
      at: condition,
      message:
        `WAL archiving fails${reason ? ` (${reason.replace(/\.$/, '')})` : ''}: nothing since then can be restored, and ` +
        `WAL stays on the primary until its disk is full and it stops.`,
      change: [],
    };
  }),
};
