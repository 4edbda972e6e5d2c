import { listed } from '../../measure/measured.ts';
import { replaceAt } from '../change/edit.ts';
import { cnpg } from '../documentation.ts';
import { alert } from '../example.ts';
import type { Rule } from '../finding.ts';
import { type Expression, expressionsOf, placeOfWord, recordedNames } from '../objects/alerts.ts';
import type { Inventory } from '../objects/inventory.ts';
import { isExported, meantInstead, metricsIn, queriesIn, stateMetricsIn, withoutSeries } from '../objects/metrics.ts';
import type { Resource } from '../objects/resource.ts';
import { fieldOf, type Place } from '../text/manifest.ts';
import { textOf } from '../text/nodes.ts';

/** The operator adds this one itself; it holds the predefined queries. */
const predefinedQueries = 'cnpg-default-monitoring';

/** Prometheus takes a name that nothing exports for an empty series: the alert never fires, or always. */
export const metricUnknown: Rule = {
  id: 'metric-unknown',
  severity: 'error',
  title: 'alert or recording rule on a metric that does not exist',
  documentation: cnpg('monitoring', 'predefined-set-of-metrics'),
  explanation:
    'The expression names a metric with the prefix `cnpg_` that neither CloudNativePG 1.30, a custom query nor the ' +
    '`customResourceState` of kube-state-metrics exports. Prometheus treats it as an empty series: an alert never fires, ' +
    'and a recording rule records nothing. With `or vector(n)` at its end the expression is always `n` instead.',
  bad: alert('cnpg_pg_stat_activity_count > 160'),
  drill: 'alerts',
  *check(inventory) {
    const custom = customMetrics(inventory);
    if (custom === undefined) return;
    const recorded = recordedNames(inventory);
    const ofState = customStateMetrics(inventory);
    for (const expression of expressionsOf(inventory)) {
      const mentions = metricsIn(expression.text).map(({ metric }) => metric);
      const isKnown = (metric: string) =>
        isExported(metric) ||
        recorded.has(metric) ||
        ofState.has(metric) ||
        custom.some((query) => metric.startsWith(query));
      const unknown = [...new Set(mentions)].filter((metric) => !isKnown(metric));
      if (unknown.length === 0) continue;
      const placesOf = (metric: string) =>
        mentions.filter((other) => other === metric).map((_, nth) => placeOfWord(expression, metric, nth));
      const named = unknown.filter((metric) => meantInstead[metric] !== undefined);
      yield {
        resource: expression.resource,
        at: placesOf(unknown[0]!)[0]!,
        message:
          `CloudNativePG does not export ${listed(unknown)}: ` +
          `${consequence(expression, unknown.length < new Set(mentions).size)}.` +
          named.map((metric) => ` ${metric} is called ${meantInstead[metric]}.`).join(''),
        change: named.flatMap((metric) =>
          placesOf(metric).map((place) => replaceAt(place, metric.length, meantInstead[metric]!)),
        ),
      };
    }
  },
};

/** What Prometheus makes of the expression; `isPart`: it also names metrics that exist. */
function consequence({ text, isRecorded }: Expression, isPart: boolean): string {
  const value = isPart ? undefined : withoutSeries(text);
  if (value === undefined) return 'this part of the expression is always empty';
  if (value === 'empty')
    return `the expression is always empty and ${isRecorded ? 'this rule records nothing' : 'the alert never fires'}`;
  return `the expression is always ${value.constant}${isRecorded ? '' : ' and the alert always fires'}`;
}

/** What kube-state-metrics is configured to export of custom resources, in values of its chart or in a ConfigMap. */
function customStateMetrics(inventory: Inventory): Set<string> {
  const texts = new Set(inventory.resources.map(({ base }) => base.source.text));
  return new Set([...texts].filter((text) => text.includes('metricNamePrefix')).flatMap(stateMetricsIn));
}

/** `cnpg_<query>_` for each custom query; undefined where a Cluster has queries that are not among the manifests. */
function customMetrics(inventory: Inventory): string[] | undefined {
  const prefixes: string[] = [];
  for (const resource of inventory.clusters)
    for (const field of ['customQueriesConfigMap', 'customQueriesSecret'])
      for (const item of resource.items('spec', 'monitoring', field)) {
        const name = fieldOf(item, 'name') ?? '';
        if (name === predefinedQueries) continue;
        const texts = queriesOf(inventory, resource, name, fieldOf(item, 'key') ?? '');
        if (texts.length === 0) return undefined;
        prefixes.push(...texts.flatMap(queriesIn).map((query) => `cnpg_${query}_`));
      }
  return prefixes;
}

function queriesOf(inventory: Inventory, resource: Resource, name: string, key: string): string[] {
  const places = ['ConfigMap', 'Secret']
    .flatMap((kind) => inventory.named(kind, name, resource))
    .flatMap((source): (Place | undefined)[] => [source.at('data', key), source.at('stringData', key)]);
  return places.flatMap((place) => textOf(place?.node) ?? []);
}
