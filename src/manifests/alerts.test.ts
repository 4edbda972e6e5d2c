/** Queries are held against Prometheus' own grammar, and their metrics against what pgdrill exports. */
import { parser } from '@prometheus-io/lezer-promql';
import { expect } from 'chai';
import { exposition } from '../publish/pushgateway.ts';
import { sampleVerdict } from '../report/sample-verdict.ts';
import { alertsOf } from './alerts.ts';
import { dashboard, dashboardQueries } from './dashboard.ts';
import { made, one } from './test-plan.ts';

/** Where a query cannot be parsed. */
function wrongAt(query: string): number[] {
  const found: number[] = [];
  parser.parse(query).iterate({ enter: ({ type, from }) => void (type.isError && found.push(from)) });
  return found;
}
const namesIn = (query: string): string[] => [...query.matchAll(/\bpgdrill_\w+/g)].map(([name]) => name);
const pushed = new Set(
  exposition(sampleVerdict(), new Date(), { runs: 4, writeOutageMedianMs: 20_000 })
    .split('\n')
    .map((line) => line.split(/[ {]/)[0]!),
);

describe('alerts and dashboard', () => {
  const queries = [...alertsOf('pg', 2_764_800).map(({ expr }) => expr), ...dashboardQueries()];

  it('are queries that Prometheus can parse, on metrics that a drill exports', () => {
    for (const query of queries) {
      expect(wrongAt(query), query).to.deep.equal([]);
      for (const name of namesIn(query).filter((one) => !one.startsWith('pgdrill_live_')))
        expect([...pushed], query).to.include(name);
    }
    expect(wrongAt('pgdrill_outcome{a=} > 1')).not.to.deep.equal([]);
  });

  it('know a missed, a failed, an unknown and a slow drill, in whichever namespace', () => {
    const alerts = new Map(alertsOf('pg', 100).map((alert) => [alert.alert, alert.expr]));
    expect([...alerts.keys()]).to.deep.equal([
      ...['PgdrillMissed', 'PgdrillFailed', 'PgdrillUnknown', 'PgdrillLeaseLeft', 'PgdrillSlower'],
    ]);
    // Of kube-state-metrics: a drill that died pushes nothing.
    expect(alerts.get('PgdrillLeaseLeft')).to.include('kube_lease_renew_time{lease="pgdrill-pg"}');
    alerts.delete('PgdrillLeaseLeft');
    expect(alerts.get('PgdrillMissed')).to.match(/> 100$/);
    for (const expr of alerts.values()) expect(expr).to.include('instance=~"in-cluster/[^/]+/pg"');
  });

  it('are objects where they are wanted, and the dashboard is what Grafana imports', () => {
    expect(one('PrometheusRule')).to.equal(undefined);
    const objects = made({ pushgateway: 'http://push:9091', monitoring: { missedAfterS: 100 } });
    expect(one('PrometheusRule', objects).spec.groups[0].rules).to.have.lengthOf(5);
    const { data, metadata } = one('ConfigMap', objects, 'pgdrill-dashboard');
    expect(metadata.labels.grafana_dashboard).to.equal('1');
    expect(JSON.parse(data['pgdrill.json'])).to.deep.equal(dashboard());
    const { panels } = dashboard() as { panels: { gridPos: { x: number; y: number } }[] };
    expect(new Set(panels.map(({ gridPos: { x, y } }) => `${x} ${y}`)).size).to.equal(panels.length);
  });
});
