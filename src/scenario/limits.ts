/**
 * Limits, and where each comes from: the scenario, which may set another one for a stack; the configuration; the command.
 *
 * A limit that the timeouts of a stack alone can break says nothing about the system, so that scenarios have one for
 * Patroni's lab and another for CloudNativePG.
 */
import { z } from 'zod';
import { parseDurationMs } from '../duration.ts';
import { didYouMean, UsageError } from '../errors.ts';
import type { StackKind } from '../faults/target.ts';
import { isMetric, type MetricName, metricNames, metrics } from '../measure/metrics.ts';
import type { Limit } from '../measure/verdict.ts';

/** A limit that may differ by stack. */
export interface ScenarioLimit extends Limit {
  readonly on?: Partial<Record<StackKind, Limit>> | undefined;
}
export type Limits = Partial<Record<MetricName, ScenarioLimit>>;
type LimitsOnStack = Partial<Record<MetricName, Limit>>;

const bound = z.number().nonnegative('a limit is 0 or more').optional();
const bounds = {
  max: bound,
  min: bound,
  source: z.string().optional().describe('where the number comes from'),
};
type Bounds = { readonly max?: number | undefined; readonly min?: number | undefined };
const hasBound = ({ max, min }: Bounds): boolean => max !== undefined || min !== undefined;
const inOrder = ({ max, min }: Bounds): boolean => max === undefined || min === undefined || min <= max;
/** One pair of bounds, the same on every stack. */
export const boundsSchema = z
  .strictObject(bounds)
  .refine(hasBound, 'a limit needs a max or a min')
  .refine(inOrder, 'min is greater than max');
export const limitSchema = z
  .strictObject({
    ...bounds,
    on: z
      .partialRecord(z.enum(['lab', 'k3s', 'cluster']), boundsSchema)
      .optional()
      .describe('other limits, by stack'),
  })
  .refine(hasBound, 'a limit needs a max or a min')
  .refine(inOrder, 'min is greater than max');

/** A limit from outside the scenario. */
export interface LimitChange {
  readonly metric: MetricName;
  readonly limit: Limit;
  /** It holds even where the scenario sets no upper limit on the metric: some drills are meant to stop writes. */
  readonly always: boolean;
}

/** The limits of a scenario on a stack, each with its source; later changes win. */
export function limitsOn(limits: Limits, stack: StackKind, changes: readonly LimitChange[] = []): LimitsOnStack {
  const found: LimitsOnStack = {};
  for (const [metric, { on, ...own }] of Object.entries(limits) as [MetricName, ScenarioLimit][])
    found[metric] = on?.[stack] ?? own;
  for (const { metric, limit, always } of changes)
    if (always || found[metric]?.max !== undefined) found[metric] = { ...found[metric], ...limit };
  return found;
}

/** What objectives are called, and the metrics that they are limits on. */
const objectives: Readonly<Record<string, (value: string) => MetricName>> = {
  rto: () => 'writeOutageMs',
  rpo: (value) => (Number.parseFloat(value) === 0 ? 'lostWrites' : 'lostWindowMs'),
};

/**
 * One limit: a metric, `rto` or `rpo`, and a duration (`30s`) or a number in the metric's unit. An `rpo` of 0 allows no
 * lost write; a longer one allows losses of that many seconds before the fault.
 * @param source where it stands, for messages and reports
 * @throws UsageError for an unknown metric, and for a value that is not one
 */
function parseLimit(name: string, value: string, source: string, always = true): LimitChange {
  const metric = objectives[name.toLowerCase()]?.(value) ?? name;
  if (!isMetric(metric))
    throw new UsageError(
      `${source} has a limit on ${name}, which is not a metric${didYouMean(name, [...metricNames, 'rto', 'rpo'])}`,
    );
  return { metric, limit: { max: numberOf(name, value, metric, source), source }, always };
}

function numberOf(name: string, value: string, metric: MetricName, source: string): number {
  const { unit } = metrics[metric];
  if (/^\d+(\.\d+)?$/.test(value)) return Number(value);
  const isTime = unit === 'ms' || unit === 's';
  if (isTime && /^\d+(\.\d+)?(ms|s|m|h)$/.test(value)) return parseDurationMs(value) / (unit === 's' ? 1_000 : 1);
  const expected = isTime ? 'a duration such as 30s, or a number' : 'a number';
  throw new UsageError(`${source} sets ${name} to "${value}"; expected ${expected} in ${unit}`);
}

/** `rto=30s` and so on, as `--limit` gives them. @throws UsageError where there is no `=` */
export function parseLimits(words: readonly string[]): LimitChange[] {
  return words.map((word) => {
    const [, name, value] = /^([^=]+)=(.+)$/.exec(word) ?? [];
    if (!name || !value) throw new UsageError(`--limit expects metric=value, such as rto=30s; it got "${word}"`);
    return parseLimit(name, value, '--limit');
  });
}

const scalar = z.union([z.string(), z.number()]).transform(String);
export const configLimits = z
  .record(z.string(), z.union([scalar, z.record(z.string(), scalar)]))
  .default({})
  .meta({
    description:
      'limits by metric (or rto, rpo), for every scenario that has an upper limit on it; under the name of a scenario, for that one',
  });

/** Those of the configuration for a scenario: the general ones first, then its own. */
export function limitsFromConfig(
  limits: Readonly<Record<string, string | Readonly<Record<string, string>>>>,
  scenario: string,
  source = 'pgdrill.config.yaml',
): LimitChange[] {
  const general = Object.entries(limits).flatMap(([name, value]) =>
    typeof value === 'string' ? [parseLimit(name, value, source, false)] : [],
  );
  const own = limits[scenario];
  if (typeof own !== 'object') return general;
  return [...general, ...Object.entries(own).map(([name, value]) => parseLimit(name, value, source))];
}
