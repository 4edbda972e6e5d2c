import { expressionsOf, placeOfWord, recordedNames } from '../alerts.ts';
import { cnpg } from '../documentation.ts';
import { replaceAt } from '../edit.ts';
import type { Rule } from '../finding.ts';
import { isExported, meantInstead, metricsIn } from '../metrics.ts';
import { textOf } from '../nodes.ts';
import type { Resource } from '../resource.ts';

/** The operator adds this one itself; it holds the predefined queries. */
const predefinedQueries = 'cnpg-default-monitoring';

/** Prometheus takes a name that nobody exports for an empty series: the alert can never fire. */
export const metricUnknown: Rule = {
  id: 'metric-unknown',
  severity: 'error',
  title: 'alert on a metric that does not exist',
  documentation: cnpg('monitoring', 'predefined-set-of-metrics'),
  *check(inventory) {
    if (inventory.clusters.some(hasCustomQueries)) return;
    const recorded = recordedNames(inventory);
    for (const expression of expressionsOf(inventory)) {
      const seen = new Map<string, number>();
      for (const { metric } of metricsIn(expression.text)) {
        const nth = seen.get(metric) ?? 0;
        seen.set(metric, nth + 1);
        if (isExported(metric) || recorded.has(metric)) continue;
        const instead = meantInstead[metric];
        const at = placeOfWord(expression, metric, nth);
        yield {
          resource: expression.resource,
          at,
          message:
            `CloudNativePG exports no ${metric}: the expression is always empty and the alert never fires, in a ` +
            `failover as at any other time.${instead ? ` ${instead} is what is meant.` : ''}`,
          change: instead ? [replaceAt(at, metric.length, instead)] : [],
        };
      }
    }
  },
};

/** Custom queries may export any name. */
function hasCustomQueries(cluster: Resource): boolean {
  return ['customQueriesConfigMap', 'customQueriesSecret']
    .flatMap((field) => cluster.items('spec', 'monitoring', field))
    .some(({ manifest, node }) => textOf(manifest.within(node, 'name')?.node) !== predefinedQueries);
}
