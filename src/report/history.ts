/**
 * The history of all runs: `reports/history.ndjson`, one JSON line a run, with what is needed to compare it with others
 * and to show why it cannot be compared.
 */
import { z } from 'zod';
import { UsageError } from '../errors.ts';
import type { Run } from '../journal/run.ts';
import type { Fingerprint } from '../measure/compare/fingerprint.ts';
import { type MetricName, metricNames } from '../measure/metrics.ts';
import type { Verdict } from '../measure/verdict.ts';

const number = z.number().nullable();
const metric = z.enum(metricNames as readonly [MetricName, ...MetricName[]]);

const historySchema = z.object({
  format: z.literal(1),
  run: z.string(),
  startedAt: z.iso.datetime(),
  scenario: z.string(),
  stack: z.string(),
  outcome: z.enum(['pass', 'fail', 'unknown']),
  sentence: z.string(),
  seed: z.int(),
  /** Machine, stack, scenario, topology, load, versions and settings, by name: runs that differ in it are not compared. */
  fingerprint: z.record(z.string(), z.string()),
  /** Null: not measurable. The true value lies in [lower, upper]. */
  measured: z.partialRecord(metric, z.object({ value: number, lower: number, upper: number })),
  limits: z.partialRecord(metric, z.object({ max: z.number().optional(), min: z.number().optional() })),
});
export type HistoryLine = z.infer<typeof historySchema>;

/** Nested settings as one list of `prefix.name` → text. */
function flat(prefix: string, record: Readonly<Record<string, unknown>>): [string, string][] {
  return Object.entries(record).flatMap(([name, value]) =>
    value !== null && typeof value === 'object'
      ? flat(`${prefix}.${name}`, value as Record<string, unknown>)
      : [[`${prefix}.${name}`, String(value)] as [string, string]],
  );
}

/** What must be the same in two runs, so that what differs between them is the run. */
export function fingerprintOf({ header, stack }: Run): Fingerprint {
  return Object.fromEntries([
    ['stack', header.stack],
    ['scenario', header.scenario.hash],
    ...flat('machine', header.host),
    ...flat('topology', header.topology),
    ...flat('load', header.load),
    ...flat('versions', stack?.versions ?? {}),
    ...flat('settings', stack?.settings ?? {}),
    // Only where it applies: others are compared with a run on its own stack.
    ...(stack?.shared ? [['stack.shared', 'by the runs of one command'] as const] : []),
  ]);
}

/** The line of a run. Write it as one line of JSON. */
export function historyLine(run: Run, verdict: Verdict): HistoryLine {
  const all = [...verdict.measured, ...verdict.checks];
  return historySchema.parse({
    format: 1,
    run: verdict.run,
    startedAt: run.header.startedAt,
    scenario: verdict.scenario,
    stack: verdict.stack,
    outcome: verdict.outcome,
    sentence: verdict.sentence,
    seed: run.header.seed,
    fingerprint: fingerprintOf(run),
    measured: Object.fromEntries(all.map(({ metric, value, lower, upper }) => [metric, { value, lower, upper }])),
    limits: Object.fromEntries(verdict.checks.map(({ metric, limit }) => [metric, limit])),
  });
}

const parsed = (line: string): unknown => {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
};

/** The text without a torn last line: one that lacks its end and is not JSON. */
export function wholeLines(text: string): string {
  const last = text.slice(text.lastIndexOf('\n') + 1);
  return last === '' || parsed(last) !== undefined ? text : text.slice(0, text.length - last.length);
}

/**
 * Reads the text of a history, oldest run first whatever the order of its lines. Blank lines and a torn last one are left out.
 * @throws UsageError naming the invalid line
 */
export function readHistory(text: string): HistoryLine[] {
  const lines = wholeLines(text)
    .split('\n')
    .map((line, i) => ({ line, number: i + 1 }));
  return lines
    .filter(({ line }) => line.trim() !== '')
    .map(({ line, number }) => {
      const result = historySchema.safeParse(parsed(line));
      if (result.success) return result.data;
      const issue = result.error.issues[0]!;
      const what = `${issue.path.join('.') || 'the line'}: ${issue.message}`;
      throw new UsageError(
        `the history, line ${number}, is not a line of a history (${what}); correct or remove that line`,
      );
    })
    .sort((a, b) => (a.startedAt < b.startedAt ? -1 : a.startedAt > b.startedAt ? 1 : a.run < b.run ? -1 : 1));
}
