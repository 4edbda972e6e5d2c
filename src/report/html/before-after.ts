/** What a change did: the last run before it beside this one, measure by measure. */

import { html, type Markup } from '../../markup.ts';
import { type MetricName, metrics } from '../../measure/metrics.ts';
import type { HistoryLine } from '../history.ts';
import { figureText } from '../text.ts';

/** What a change of a setting is made for. */
const shown: readonly MetricName[] = [
  'writeOutageMs',
  'directOutageMs',
  'poolerPenaltyMs',
  'holdMs',
  'stormMs',
  'detectMs',
  'recoveryMs',
];

type Values = HistoryLine['measured'][MetricName];

/** Only what both runs measured; nothing where that is nothing. */
export function beforeAfter(before: HistoryLine, after: HistoryLine): Markup | undefined {
  const rows = shown.flatMap((metric) => {
    const [was, is] = [before.measured[metric], after.measured[metric]];
    return known(was) && known(is) ? [rowOf(metric, was, is)] : [];
  });
  if (rows.length === 0) return undefined;
  return html`<table><caption>The last run and this one</caption><thead><tr><th>measure</th><th>then</th><th>now</th><th>change</th></tr></thead><tbody>${rows}</tbody></table><p class="means">One run each, so an indication: <code>pgdrill compare</code> takes groups of runs, and <code>pgdrill explain</code> moves one setting at a time.</p>`;
}

const known = (values: Values): values is NonNullable<Values> => values !== undefined && values.value !== null;

function rowOf(metric: MetricName, was: NonNullable<Values>, is: NonNullable<Values>): Markup {
  const { unit } = metrics[metric];
  const text = (values: NonNullable<Values>) => figureText({ unit, ...values });
  return html`<tr><td><code>${metric}</code></td><td>${text(was)}</td><td>${text(is)}</td><td>${changeOf(was, is)}</td></tr>`;
}

/** Shown only where the two intervals lie apart. */
function changeOf(was: NonNullable<Values>, is: NonNullable<Values>): string {
  const ends = (values: NonNullable<Values>) => ({
    lower: values.lower ?? Number.NEGATIVE_INFINITY,
    upper: values.upper ?? Number.POSITIVE_INFINITY,
  });
  if (ends(is).upper < ends(was).lower) return 'less';
  if (ends(is).lower > ends(was).upper) return 'more';
  return 'within the uncertainty';
}
