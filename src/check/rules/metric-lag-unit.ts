import { replaceAt } from '../change/edit.ts';
import { cnpg } from '../documentation.ts';
import { alert } from '../example.ts';
import type { Rule } from '../finding.ts';
import { type Expression, expressionsOf, placeOfWord } from '../objects/alerts.ts';

const lag = 'cnpg_pg_replication_lag';
const bytes = 'cnpg_pg_stat_replication_replay_diff_bytes';
/** No alert on replication waits longer than a day; a threshold beyond it is a number of bytes. */
const longestSeconds = 86_400;

/** `cnpg_pg_replication_lag` is in seconds; bytes are in `…_diff_bytes`, on the primary. */
export const metricLagUnit: Rule = {
  id: 'metric-lag-unit',
  severity: 'error',
  title: 'replication lag in seconds compared with bytes',
  documentation: cnpg('monitoring', 'predefined-set-of-metrics'),
  explanation:
    '`cnpg_pg_replication_lag` counts seconds. An alert that compares it with a number of bytes fires when a standby is ' +
    'days behind. The primary exports bytes for each standby as `cnpg_pg_stat_replication_replay_diff_bytes`.',
  bad: alert('cnpg_pg_replication_lag > 104857600'),
  drill: 'alerts',
  *check(inventory) {
    for (const expression of expressionsOf(inventory)) {
      const threshold = thresholdOf(expression);
      if (threshold === undefined || threshold <= longestSeconds) continue;
      const at = placeOfWord(expression, lag, 0);
      yield {
        resource: expression.resource,
        at,
        message:
          `${lag} is in seconds, so this fires when a standby is ${Math.round(threshold / longestSeconds)} days ` +
          `behind. Bytes are ${bytes}, which the primary exports for each standby.`,
        change: [replaceAt(at, lag.length, bytes)],
      };
    }
  },
};

/** The number that the lag is compared with, if the expression compares it with one. */
function thresholdOf({ text }: Expression): number | undefined {
  const product = '([\\d.]+(?:e\\d+)?(?:\\s*[*^]\\s*[\\d.]+(?:e\\d+)?)*)';
  const after = new RegExp(
    `\\b${lag}\\b(?:\\{[^}]*\\})?(?:\\[[^\\]]*\\])?[\\s)]*(?:by\\s*\\([^)]*\\)\\s*)?>=?\\s*(?:bool\\s+)?\\(?\\s*${product}`,
    'i',
  );
  const found = after.exec(text.replace(/#.*$/gm, ''))?.[1];
  return found === undefined ? undefined : productOf(found);
}

const productOf = (product: string): number =>
  product
    .split('*')
    .map((factor) =>
      factor
        .split('^')
        .map(Number)
        .reduceRight((power, base) => base ** power),
    )
    .reduce((a, b) => a * b, 1);
