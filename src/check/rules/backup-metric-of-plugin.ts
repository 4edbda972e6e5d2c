import { replaceAt } from '../change/edit.ts';
import { alert, archivingPlugin, cluster, together } from '../example.ts';
import type { Rule } from '../finding.ts';
import { expressionsOf, placeOfWord } from '../objects/alerts.ts';
import { archiverKind } from '../objects/backup.ts';
import { metricsIn } from '../objects/metrics.ts';
import { sameNamespace } from '../objects/resource.ts';

const prefix = 'cnpg_collector_';
const pluginPrefix = 'barman_cloud_cloudnative_pg_io_';
const names = ['last_available_backup_timestamp', 'last_failed_backup_timestamp', 'first_recoverability_point'];
const metrics = new Set(names.map((name) => prefix + name));

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
    const archiving = inventory.clusters.filter((cluster) => archiverKind(cluster) !== undefined);
    for (const expression of expressionsOf(inventory)) {
      const watched = archiving.filter(
        (cluster) =>
          sameNamespace(cluster, expression.resource) || archiving.every((one) => archiverKind(one) === 'plugin'),
      );
      // With both kinds of archive the expression may be for the other one.
      if (watched.length === 0 || watched.some((cluster) => archiverKind(cluster) !== 'plugin')) continue;
      const mentions = metricsIn(expression.text).map(({ metric }) => metric);
      for (const metric of new Set(mentions.filter((name) => metrics.has(name)))) {
        const places = mentions
          .filter((other) => other === metric)
          .map((_, nth) => placeOfWord(expression, metric, nth));
        const instead = pluginPrefix + metric.slice(prefix.length);
        yield {
          resource: expression.resource,
          at: places[0]!,
          message:
            `${watched[0]!.title} archives with the Barman Cloud plugin, and ${metric} stays 0 there: the alert cannot ` +
            `distinguish a missing backup from a recent one. The plugin exports ${instead}.`,
          change: places.map((place) => replaceAt(place, metric.length, instead)),
        };
      }
    }
  },
};
