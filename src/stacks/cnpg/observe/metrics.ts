/** Scrapes the exporters of instances (9187) and poolers (9127), as Prometheus would, through the API's proxy to pods. */

import { repeat, type Sink } from '../../observe/observer.ts';
import type { Kube } from '../api/kube.ts';
import { alertsOf } from './alerts.ts';

/** CloudNativePG keeps an instance's values for 30 s, so that scraping more often reports nothing new. */
const scrapeEveryMs = 10_000;

export interface Exporter {
  /** As the journal names it: `postgres-1`, `pooler-2`. */
  readonly source: string;
  /** Its pod, which may be another at another time. */
  readonly pod: () => string;
  readonly port: 9187 | 9127;
}

/** What is kept of a scrape: what alerts are built from, and what explains an outage. */
const kept =
  /^cnpg_(collector_up|pg_stat_replication_(sent|replay)_diff_bytes|pg_replication_(lag|streaming_replicas|is_wal_receiver_up|in_recovery)|pg_stat_archiver_(archived_count|failed_count|seconds_since_last_archival)|pg_database_size_bytes|backends_total|pg_settings_setting\{name="max_connections"\}|pgbouncer_pools_(cl_waiting|cl_active|sv_active|sv_login|maxwait))/;

/** Scrapes until it is disposed of; values and alerts go to the sink. An exporter that does not answer reports nothing. */
export function watchMetrics(
  kube: Kube,
  namespace: string,
  exporters: readonly Exporter[],
  storageBytes: number,
  sink: Sink,
): AsyncDisposable {
  const alerts = alertsOf(storageBytes);
  const scraping = repeat(async (signal) => {
    await Promise.all(
      exporters.map(async ({ source, pod, port }) => {
        const text = await kube.scrape(namespace, pod(), port, signal).catch(() => undefined);
        const atNs = process.hrtime.bigint();
        if (text === undefined) return;
        const values = Object.fromEntries([...parseMetrics(text)].filter(([name]) => kept.test(name)));
        sink({ kind: 'metric', source, values }, atNs);
        for (const alert of alerts.see(source, values, Number(atNs / 1_000_000n))) sink(alert, atNs);
      }),
    );
  }, scrapeEveryMs);
  return {
    async [Symbol.asyncDispose]() {
      await scraping[Symbol.asyncDispose]();
      for (const alert of alerts.quiet()) sink(alert, process.hrtime.bigint());
    },
  };
}

/** The text format of Prometheus: values by the name of the metric with its labels. Source: its exposition formats. */
export function parseMetrics(text: string): Map<string, number> {
  const values = new Map<string, number>();
  for (const line of text.split('\n')) {
    const [, name, value] = /^([a-zA-Z_:][\w:]*(?:\{.*\})?)\s+(\S+)/.exec(line) ?? [];
    if (name && value && Number.isFinite(Number(value))) values.set(name, Number(value));
  }
  return values;
}
