/** Alerts on unattended drills, from what they push: a PrometheusRule of the Prometheus operator. Pure. */
import type { Manifest } from './plan.ts';

/** As the Pushgateway has them: the context, the namespace, which an overlay may change, and the Cluster. */
const selectorOf = (cluster: string, more = ''): string =>
  `job="pgdrill",instance=~"in-cluster/[^/]+/${cluster}"${more}`;

/** A drill counts as slower than its history beyond this share of the median, where there are as many earlier runs. */
const slower = { share: 1.5, runs: 4 };

interface Alert {
  readonly alert: string;
  readonly expr: string;
  readonly for: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
}

/**
 * @param cluster the name of the Cluster
 * @param missedAfterS the longest that the schedule lets pass between two drills, and a day
 */
export function alertsOf(cluster: string, missedAfterS: number): Alert[] {
  const of = selectorOf(cluster);
  const alert = (name: string, expr: string, severity: string, summary: string, description: string): Alert => ({
    alert: name,
    expr,
    for: '5m',
    labels: { severity },
    annotations: { summary, description },
  });
  const drill = `The drill {{ $labels.scenario }} of ${cluster}`;
  return [
    alert(
      'PgdrillMissed',
      `time() - max by (scenario, instance) (pgdrill_last_run_timestamp_seconds{${of}}) > ${missedAfterS}`,
      'warning',
      `${drill} was missed`,
      'Its last run ended {{ $value | humanizeDuration }} ago. See whether the CronJob is suspended, and its last Job.',
    ),
    alert(
      'PgdrillFailed',
      `pgdrill_outcome{${of}} == 1`,
      'warning',
      `${drill} broke a limit`,
      'The report of the run says which, with its evidence.',
    ),
    alert(
      'PgdrillUnknown',
      `pgdrill_outcome{${of}} == 2`,
      'info',
      `${drill} could not be judged`,
      'Evidence for a limit is missing; the report of the run says why.',
    ),
    alert(
      'PgdrillLeaseLeft',
      // By kube-state-metrics; a drill renews its lease every few seconds.
      `time() - kube_lease_renew_time{lease="pgdrill-${cluster}"} > 1800`,
      'critical',
      `A drill of ${cluster} died and left something`,
      'Its lease in the namespace {{ $labels.namespace }} records what: run pgdrill heal on that Cluster.',
    ),
    alert(
      'PgdrillSlower',
      `pgdrill_write_outage_seconds{${of}} > ${slower.share} * pgdrill_history_write_outage_median_seconds{${of}} and pgdrill_history_runs{${of}} >= ${slower.runs}`,
      'warning',
      `${drill} was slower than its history`,
      `Writes were down {{ $value | humanizeDuration }}, more than ${slower.share} times the median of its earlier runs.`,
    ),
  ];
}

/** The object, without its namespace. */
export const prometheusRuleSpec = (cluster: string, missedAfterS: number): Manifest => ({
  groups: [{ name: 'pgdrill', rules: alertsOf(cluster, missedAfterS) }],
});
