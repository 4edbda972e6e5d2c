/** A dashboard of Grafana for unattended drills and for a drill that is under way. Pure. */

const datasource = { type: 'prometheus', uid: '$datasource' };
const drills = 'job="pgdrill",instance=~"$instance",scenario=~"$scenario"';
const live = 'scenario=~"$scenario"';

interface Panel {
  readonly title: string;
  readonly type: 'stat' | 'timeseries' | 'state-timeline';
  readonly unit: string;
  /** Each with its legend. */
  readonly queries: readonly (readonly [expr: string, legend: string])[];
  readonly mappings?: readonly object[];
}

const words = (texts: readonly string[]) => [
  { type: 'value', options: Object.fromEntries(texts.map((text, i) => [String(i), { text, index: i }])) },
];

const panels: readonly Panel[] = [
  {
    title: 'Outcome of the last run',
    type: 'stat',
    unit: 'none',
    queries: [[`pgdrill_outcome{${drills}}`, '{{scenario}}']],
    mappings: words(['passed', 'failed', 'unknown']),
  },
  {
    title: 'Time since the last run',
    type: 'stat',
    unit: 's',
    queries: [[`time() - pgdrill_last_run_timestamp_seconds{${drills}}`, '{{scenario}}']],
  },
  {
    title: 'Writes were down',
    type: 'timeseries',
    unit: 's',
    queries: [
      [`pgdrill_write_outage_seconds{${drills}}`, '{{scenario}}'],
      [`pgdrill_history_write_outage_median_seconds{${drills}}`, '{{scenario}}, median of earlier runs'],
    ],
  },
  {
    title: 'Acknowledged writes that were lost',
    type: 'timeseries',
    unit: 'none',
    queries: [[`pgdrill_lost_writes{${drills}}`, '{{scenario}}']],
  },
  {
    title: 'Now: what clients reach',
    type: 'state-timeline',
    unit: 'none',
    queries: [[`pgdrill_live_up{${live}}`, '{{stream}}']],
    mappings: words(['down', 'up']),
  },
  {
    title: 'Now: response time',
    type: 'timeseries',
    unit: 's',
    queries: [[`pgdrill_live_response_seconds{${live}}`, '{{stream}}, quantile {{quantile}}']],
  },
];

/** JSON of a dashboard, as Grafana imports it. */
export function dashboard(): object {
  return {
    title: 'pgdrill: failover drills',
    uid: 'pgdrill',
    tags: ['pgdrill', 'postgresql'],
    schemaVersion: 39,
    timezone: 'browser',
    time: { from: 'now-1y', to: 'now' },
    templating: {
      list: [
        { name: 'datasource', type: 'datasource', query: 'prometheus' },
        variable('instance', 'label_values(pgdrill_outcome, instance)'),
        variable('scenario', 'label_values(pgdrill_outcome, scenario)'),
      ],
    },
    panels: panels.map(panelOf),
  };
}

const variable = (name: string, query: string) => ({
  ...{ name, type: 'query', query, datasource, refresh: 2 },
  ...{ includeAll: true, multi: true, current: { text: 'All', value: '$__all' } },
});

/** Two panels beside each other. */
const panelOf = ({ title, type, unit, queries, mappings = [] }: Panel, i: number) => ({
  ...{ id: i + 1, title, type, datasource },
  gridPos: { x: (i % 2) * 12, y: Math.floor(i / 2) * 8, w: 12, h: 8 },
  fieldConfig: { defaults: { unit, mappings }, overrides: [] },
  targets: queries.map(([expr, legendFormat], n) => ({
    refId: String.fromCharCode(65 + n),
    expr,
    legendFormat,
    datasource,
  })),
});

/** Every query of it, for tests. */
export const dashboardQueries = (): string[] => panels.flatMap(({ queries }) => queries.map(([expr]) => expr));
