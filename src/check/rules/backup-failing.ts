import { cnpg } from '../documentation.ts';
import { eachCluster } from '../each.ts';
import { cluster } from '../example.ts';
import type { Rule } from '../finding.ts';

const example = (status: string): string =>
  `${cluster('instances: 1')}status:\n  conditions:\n    - type: LastBackupSucceeded\n      status: "${status}"\n      message: exit status 4\n`;

/** Found in what a live cluster reports. */
export const backupFailing: Rule = {
  id: 'backup-failing',
  severity: 'warning',
  title: 'last base backup failed',
  documentation: cnpg('backup'),
  explanation:
    'The condition LastBackupSucceeded is False: the last base backup failed. A restore still begins with the one before ' +
    'it and replays all WAL since, which takes longer with each day; the retention policy may delete that one too. The rule ' +
    'reads the status of a live cluster.',
  bad: example('False'),
  good: example('True'),
  drill: 'scheduled-backup',
  check: eachCluster(function* (resource) {
    const condition = resource
      .items('status', 'conditions')
      .find((item) => resource.field(item, 'type') === 'LastBackupSucceeded');
    if (!condition || resource.field(condition, 'status') !== 'False') return;
    // While a backup runs the operator sets the condition to False as well, with another reason.
    if (resource.field(condition, 'reason') === 'BackupStarted') return;
    const reason = resource.field(condition, 'message') ?? resource.field(condition, 'reason');
    yield {
      resource,
      at: condition,
      message:
        `The last base backup failed${reason ? ` (${reason.replace(/\.$/, '')})` : ''}: a restore begins with the one before ` +
        `it, and replays all WAL since. kubectl get backup shows why.`,
      change: [],
    };
  }),
};
