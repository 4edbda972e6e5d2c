import { expect } from 'chai';
import { alert, archivingPlugin, barmanObjectStore, cluster, together } from '../example.ts';
import { backupMetricOfPlugin } from './backup-metric-of-plugin.ts';
import { placesOf } from './try-rule.ts';

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

  it('raises nothing with in-tree Barman, on other metrics, or without a Cluster', () => {
    for (const text of [
      together(
        cluster(`instances: 1${barmanObjectStore}`),
        alert(`time() - cnpg_collector_first_recoverability_point > 1`),
      ),
      together(cluster(`instances: 1${archivingPlugin}`), alert(`cnpg_collector_up == 0`)),
      alert(`cnpg_collector_last_available_backup_timestamp == 0`),
    ])
      expect(placesOf(backupMetricOfPlugin, text), text).to.eql([]);
  });
});
