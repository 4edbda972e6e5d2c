/** The gate as JUnit XML: a suite a scenario, a case a limit, and one for each measure against the baseline. */
import { junitDocument, type TestSuite } from '../../junit.ts';
import { suiteOf } from '../junit.ts';
import { listed } from '../text.ts';
import type { GateEntry, GateReport } from './gate.ts';

function suiteOfEntry(entry: GateEntry): TestSuite {
  const { scenario, stack, startedAt, seconds, gated, against, skipped } = entry;
  const runs = gated?.runs ?? [];
  return suiteOf({
    name: `pgdrill.${stack}.${scenario}`,
    ...{ startedAt, seconds },
    properties: { runs: runs.map(({ run }) => run).join(' '), planned: String(gated?.planned ?? 0) },
    checks: gated ? listed(gated) : [],
    doubts: gated?.doubts ?? [],
    others: (against?.comparisons ?? []).map(({ metric, change, reason }) => ({
      name: `${metric} against the baseline: ${change}`,
      ...(change === 'regression' && { failure: reason }),
    })),
    sentence: runs.map(({ sentence }) => sentence).join('\n'),
    ...(skipped !== undefined && { skipped }),
  });
}

export const renderGateJunit = (report: GateReport): string => junitDocument(report.entries.map(suiteOfEntry));
