import { expect } from 'chai';
import { metricUnknown } from './metric-unknown.ts';
import { cnpg, findingsAfterChange, findingsOf, linesOf } from './try-rule.ts';

const cluster = (more = '') => cnpg('Cluster', 'pg', `  instances: 3\n  storage: { size: 1Gi }\n${more}`);
const rule = (...expressions: string[]) =>
  `apiVersion: monitoring.coreos.com/v1\nkind: PrometheusRule\nmetadata: { name: r }\nspec:\n  groups:\n  - rules:\n${expressions
    .map((expression) => `    - alert: A\n      expr: ${expression}\n`)
    .join('')}`;

describe('metric-unknown', () => {
  it('finds a name that is not exported and proposes what is meant', () => {
    const text = rule('cnpg_pg_stat_activity_count > 160');
    expect(linesOf(metricUnknown, cluster(), text)).to.eql(['2.yaml:8']);
    expect(findingsAfterChange(metricUnknown, cluster(), text)).to.eql([]);
  });

  it('reports a metric of an expression once, at its first mention, and replaces all', () => {
    const text = rule('cnpg_pg_stat_activity_count / cnpg_pg_stat_activity_count');
    const found = findingsOf(metricUnknown, cluster(), text);
    expect(found.map(({ column }) => column)).to.eql([13]);
    expect(found[0]!.change).to.contain('+      expr: cnpg_backends_total / cnpg_backends_total\n');
  });

  it('raises nothing on the predefined metrics, those of poolers, labels, strings and recorded names', () => {
    const text = `${rule(
      'cnpg_pg_stat_archiver_archived_count == 0 and cnpg_backends_total > 1',
      'sum by (cnpg_io_cluster) (cnpg_collector_up{cnpg_io_cluster="cnpg_x"}) == 0',
      'cnpg_pgbouncer_pools_cl_waiting > 5',
      'cnpg_lag_max > 5',
      'job:cnpg_x:rate5m > 1',
    )}    - record: cnpg_lag_max\n      expr: max(cnpg_pg_replication_lag)\n`;
    expect(linesOf(metricUnknown, cluster(), text)).to.eql([]);
  });

  it('raises nothing where custom queries may export it; the operator’s own are not such', () => {
    const custom = '  monitoring: { customQueriesConfigMap: [{ name: mine, key: q }] }\n';
    const own = '  monitoring: { customQueriesConfigMap: [{ name: cnpg-default-monitoring, key: q }] }\n';
    expect(linesOf(metricUnknown, cluster(custom), rule('cnpg_mine > 1'))).to.eql([]);
    expect(linesOf(metricUnknown, cluster(own), rule('cnpg_mine > 1'))).to.have.length(1);
  });

  it('says what the missing metric makes of an alert and of a recording rule', () => {
    const messageOf = (kind: 'alert' | 'record', expression: string) => {
      const text = rule(expression).replace('alert: A', `${kind}: a`);
      return findingsOf(metricUnknown, cluster(), text)[0]!.message.replace(/^[^:]*: /, '');
    };
    expect(messageOf('alert', 'cnpg_x > 1')).to.equal('the expression is always empty and the alert never fires.');
    expect(messageOf('record', 'rate(cnpg_x[5m])')).to.equal(
      'the expression is always empty and this rule records nothing.',
    );
    const constant = '(rate(cnpg_x[5m]) / rate(cnpg_y[5m])) or on() vector(1)';
    expect(messageOf('record', constant)).to.equal('the expression is always 1.');
    expect(messageOf('alert', 'cnpg_x or vector(0)')).to.equal(
      'the expression is always 0 and the alert always fires.',
    );
    for (const unclear of ['absent(cnpg_x)', 'sum(cnpg_x or vector(0)) == 0', 'cnpg_x or up == 0', 'up unless cnpg_x'])
      expect(messageOf('alert', unclear), unclear).to.equal('this part of the expression is always empty.');
  });
});
