/** A running drill as text in the format OpenMetrics 1.0 (https://prometheus.io/docs/specs/om/open_metrics_spec/). Pure. */
import { commonLabels, type Sample, type Series, series } from './series.ts';
import type { Snapshot } from './state.ts';

export const contentType = 'application/openmetrics-text; version=1.0.0; charset=utf-8';

export function openMetrics(of: Snapshot): string {
  const common = commonLabels(of);
  return `${of.run === '' ? '' : series.map((one) => family(one, of, common)).join('')}# EOF\n`;
}

function family({ name, kind, unit, help, samples }: Series, of: Snapshot, common: Record<string, string>): string {
  const all = samples(of);
  if (all.length === 0) return '';
  const head = [`# TYPE ${name} ${kind}`, ...(unit ? [`# UNIT ${name} ${unit}`] : []), `# HELP ${name} ${help}`];
  const suffix = kind === 'counter' ? '_total' : '';
  return `${[...head, ...all.map((sample) => line(`${name}${suffix}`, sample, common))].join('\n')}\n`;
}

function line(name: string, { labels, value }: Sample, common: Record<string, string>): string {
  const pairs = Object.entries({ ...common, ...labels }).map(([key, text]) => `${key}="${escaped(text)}"`);
  return `${name}{${pairs.join(',')}} ${value}`;
}

const escaped = (text: string): string => text.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n');
