import { alert, archivingPlugin, cluster, together } from '../example.ts';
import type { Rule } from '../finding.ts';
import { renamed, type StaleMetric, staleMetrics } from '../objects/backup-metrics.ts';

/** The operator's own metrics of backups know only in-tree backups. */
export const backupMetricOfPlugin: Rule = {
  id: 'backup-metric-of-plugin',
  severity: 'error',
  title: 'alert on a backup metric that the plugin does not fill',
  documentation: 'https://cloudnative-pg.io/plugin-barman-cloud/docs/observability/',
  explanation:
    'The operator’s metrics of backups are deprecated since 1.26 and stay 0 for a Cluster that archives with a plugin. An ' +
    'alert on them never fires, or always does. The Barman Cloud plugin exports the same facts with the prefix ' +
    '`barman_cloud_cloudnative_pg_io_`.',
  bad: together(
    cluster(`instances: 1${archivingPlugin}`),
    alert('time() - cnpg_collector_last_available_backup_timestamp > 93600'),
  ),
  since: '1.26',
  drill: 'alerts',
  *check(inventory) {
    for (const [expression, list] of Map.groupBy(staleMetrics(inventory), (stale) => stale.expression)) {
      const [first] = list as [StaleMetric, ...StaleMetric[]];
      const metrics = list.map(({ metric }) => metric).join(' and ');
      yield {
        resource: expression.resource,
        at: first.places[0]!,
        message:
          `${first.cluster.title} archives with the Barman Cloud plugin, and ${metrics} ${list.length > 1 ? 'stay' : 'stays'} ` +
          `0 there: the alert cannot distinguish a missing backup from a recent one. The plugin exports ` +
          `${list.map(({ instead }) => instead).join(' and ')}.`,
        change: list.flatMap(renamed),
      };
    }
  },
};
