/**
 * Sends the metrics of a running drill by OTLP over HTTP, with OpenTelemetry's own library. A receiver that is down or slow
 * costs nothing but its metrics: nothing waits for it but the end of the command, and that for three seconds.
 */
import { OTLPMetricExporter } from '@opentelemetry/exporter-metrics-otlp-http';
import { resourceFromAttributes } from '@opentelemetry/resources';
import {
  MeterProvider,
  PeriodicExportingMetricReader,
  type PushMetricExporter,
  type ResourceMetrics,
} from '@opentelemetry/sdk-metrics';
import { UsageError } from '../errors.ts';
import { redact } from '../secrets.ts';
import { within } from '../wait.ts';
import { commonLabels, series } from './series.ts';
import type { Snapshot } from './state.ts';

const everyMs = 5_000;
const answerWithinMs = 3_000;

/** An address without a path is a collector, whose metrics have theirs. @throws UsageError for anything but http and https */
export function parseOtlp(text: string): URL {
  const url = URL.parse(text);
  if (!url || !['http:', 'https:'].includes(url.protocol))
    throw new UsageError(
      `--otlp expects the address of a collector, such as http://otel-collector:4318; it got "${text}"`,
    );
  if (url.pathname === '/') url.pathname = '/v1/metrics';
  return url;
}

export interface Otlp {
  /** Sends what is left and ends. @returns why metrics were not taken, a sentence; undefined where all were */
  end(): Promise<string | undefined>;
}

/** @param snapshot of the run that is under way @param version of pgdrill */
export function sendOtlp(url: URL, snapshot: () => Snapshot, version: string, exportEveryMs = everyMs): Otlp {
  const inner = new OTLPMetricExporter({ url: url.href, timeoutMillis: answerWithinMs });
  const exporter = new Heard(inner);
  const reader = new PeriodicExportingMetricReader({
    exporter,
    exportIntervalMillis: exportEveryMs,
    exportTimeoutMillis: Math.min(answerWithinMs, exportEveryMs),
  });
  const resource = resourceFromAttributes({ 'service.name': 'pgdrill', 'service.version': version });
  const provider = new MeterProvider({ resource, readers: [reader] });
  const meter = provider.getMeter('pgdrill', version);
  const instruments = series.map(({ name, kind, unit, help }) => {
    const options = { description: help, unit: unit === 'seconds' ? 's' : '1' };
    return kind === 'counter'
      ? meter.createObservableCounter(name, options)
      : meter.createObservableGauge(name, options);
  });
  meter.addBatchObservableCallback((result) => {
    const of = snapshot();
    if (of.run === '') return;
    for (const [i, { samples }] of series.entries())
      for (const { labels, value } of samples(of))
        result.observe(instruments[i]!, value, { ...commonLabels(of), ...labels });
  }, instruments);
  return {
    async end() {
      const ended = provider.shutdown().then(
        () => true,
        (error: Error) => {
          exporter.failed ??= error.message;
          return true;
        },
      );
      if (!(await within(ended, answerWithinMs))) exporter.failed ??= 'it did not answer in time';
      return exporter.failed && `the collector at ${url.origin} did not take all metrics: ${redact(exporter.failed)}`;
    },
  };
}

/** Remembers the first failure, which the library would only log. */
class Heard implements PushMetricExporter {
  failed: string | undefined;
  readonly #inner: OTLPMetricExporter;

  constructor(inner: OTLPMetricExporter) {
    this.#inner = inner;
  }

  export(metrics: ResourceMetrics, done: Parameters<PushMetricExporter['export']>[1]): void {
    this.#inner.export(metrics, (result) => {
      if (result.error) this.failed ??= result.error.message;
      done(result);
    });
  }

  forceFlush(): Promise<void> {
    return this.#inner.forceFlush();
  }

  shutdown(): Promise<void> {
    return this.#inner.shutdown();
  }
}
