/** History lines of the runs at a path that a user names. */
import { existsSync, statSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { UsageError } from '../errors.ts';
import { readRunFile } from '../journal/read.ts';
import { defaultMetrics } from '../measure/compare/baseline.ts';
import { judge } from '../measure/judge.ts';
import { isMetric, type MetricName, metrics } from '../measure/metrics.ts';
import { type HistoryLine, historyLine, readHistory } from '../report/history.ts';
import { loadHistory } from '../run/history.ts';
import { resolveJournal } from '../run/journal-path.ts';

/**
 * @param path a history.ndjson, a folder of runs, or one run
 * @throws UsageError if there is nothing to read
 */
export async function runsAt(path: string): Promise<HistoryLine[]> {
  if (!existsSync(path))
    throw new UsageError(`there is nothing at ${path}; pass a history.ndjson, a folder of runs, or a run`);
  if (!statSync(path).isDirectory() && path.endsWith('history.ndjson'))
    return readHistory(await readFile(path, 'utf8'));
  if (existsSync(join(path, 'history.ndjson'))) return loadHistory(path);
  const run = await readRunFile(resolveJournal(path));
  return [historyLine(run, judge(run))];
}

/** `a,b` → the metrics; the default ones if `words` is undefined. @throws UsageError for an unknown metric */
export function metricsNamed(words: string | undefined): readonly MetricName[] {
  if (words === undefined) return defaultMetrics;
  return words.split(',').map((name) => {
    if (isMetric(name)) return name;
    throw new UsageError(`--metrics names ${name}, which is not a metric; known: ${Object.keys(metrics).join(', ')}`);
  });
}
