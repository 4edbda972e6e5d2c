import { expect } from 'chai';
import { metricLagUnit } from './metric-lag-unit.ts';
import { cnpg, findingsAfterChange, linesOf } from './try-rule.ts';

const cluster = cnpg('Cluster', 'pg', '  instances: 3\n  storage: { size: 1Gi }\n');
const rule = (expression: string) =>
  `apiVersion: monitoring.coreos.com/v1\nkind: PrometheusRule\nmetadata: { name: r }\nspec:\n  groups:\n  - rules:\n    - alert: A\n      expr: ${expression}\n`;

describe('metric-lag-unit', () => {
  it('finds thresholds that can only be bytes', () => {
    for (const expression of [
      'cnpg_pg_replication_lag > 10485760',
      'cnpg_pg_replication_lag{cluster="pg"} >= 10 * 1024 * 1024',
      'max(cnpg_pg_replication_lag) by (pod) > 1e7',
      'max_over_time(cnpg_pg_replication_lag[5m]) > (10 * 1024^2)',
      '|\n        cnpg_pg_replication_lag\n          > 10000000',
    ]) {
      expect(linesOf(metricLagUnit, cluster, rule(expression)), expression).to.have.length(1);
      expect(findingsAfterChange(metricLagUnit, cluster, rule(expression)), expression).to.eql([]);
    }
  });

  it('gives the line of the metric within a block', () => {
    expect(linesOf(metricLagUnit, cluster, rule('|\n        # lag\n        cnpg_pg_replication_lag > 1e9'))).to.eql([
      '2.yaml:10',
    ]);
  });

  it('raises nothing on seconds, on bytes of the right metric, or on comments', () => {
    expect(linesOf(metricLagUnit, cluster, rule('cnpg_pg_replication_lag > 300'))).to.eql([]);
    expect(linesOf(metricLagUnit, cluster, rule('cnpg_pg_stat_replication_replay_diff_bytes > 1e7'))).to.eql([]);
    expect(linesOf(metricLagUnit, cluster, rule('|\n        cnpg_pg_replication_lag > 60 # not > 1e9'))).to.eql([]);
    expect(
      linesOf(metricLagUnit, cluster, rule('cnpg_pg_replication_lag > 10 and cnpg_pg_database_size_bytes > 1e9')),
    ).to.eql([]);
  });
});
