import { expect } from 'chai';
import { alert, archivingPlugin, barmanObjectStore, cluster, together } from '../example.ts';
import { backupMetricOfPlugin } from './backup-metric-of-plugin.ts';
import { changedBy, placesOf } from './try-rule.ts';

describe('backup-metric-of-plugin', () => {
  it('finds a metric of in-tree backups where the plugin archives', () => {
    expect(
      placesOf(
        backupMetricOfPlugin,
        together(
          cluster(`instances: 1${archivingPlugin}`),
          alert(`time() - cnpg_collector_first_recoverability_point > 1`),
        ),
      ),
    ).to.eql(['expr: time() - cnpg_collector_first_recoverability_point > 1']);
  });

  it('reports an expression with several of them once, and changes all', () => {
    const text = together(
      cluster(`instances: 1${archivingPlugin}`),
      alert('cnpg_collector_first_recoverability_point > cnpg_collector_last_available_backup_timestamp'),
    );
    expect(placesOf(backupMetricOfPlugin, text)).to.have.length(1);
    const [changed] = changedBy(backupMetricOfPlugin, text);
    expect(changed).to.contain('barman_cloud_cloudnative_pg_io_first_recoverability_point > barman_cloud_');
    expect(changed).not.to.contain('cnpg_collector_');
  });

  it('raises nothing with in-tree Barman, on other metrics, or without a Cluster', () => {
    for (const text of [
      together(
        cluster(`instances: 1${barmanObjectStore}`),
        alert(`time() - cnpg_collector_first_recoverability_point > 1`),
      ),
      together(cluster(`instances: 1${archivingPlugin}`), alert(`cnpg_collector_up == 0`)),
      together(cluster(`instances: 1${archivingPlugin}`), alert(`cnpg_collector_last_failed_backup_timestamp > 0`)),
      alert(`cnpg_collector_last_available_backup_timestamp == 0`),
    ])
      expect(placesOf(backupMetricOfPlugin, text), text).to.eql([]);
  });
});
