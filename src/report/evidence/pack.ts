/**
 * What an auditor asks of resilience and restore tests: scope, who ran them, targets against measurements with their
 * bounds, the last finding and what became of it, the age of the last proved restore, and checksums. Pure: the caller reads
 * files and the clock.
 */
import type { Run } from '../../journal/run.ts';
import { whyText } from '../../measure/advice/why.ts';
import { namesThatDiffer } from '../../measure/compare/fingerprint.ts';
import { type MetricName, metrics, titleOf } from '../../measure/metrics.ts';
import type { Measured, Result, Verdict } from '../../measure/verdict.ts';
import type { HistoryLine } from '../history.ts';
import { figureText, limitText } from '../text.ts';

/** A file that belongs to a run, with the SHA-256 of its bytes as hex digits. */
export interface HashedFile {
  readonly name: string;
  readonly sha256: string;
  readonly bytes: number;
}
export interface EvidenceRun {
  readonly run: Run;
  readonly verdict: Verdict;
  readonly files: readonly HashedFile[];
}

/** An objective against what was measured. */
export interface Objective {
  readonly name: 'RTO' | 'RPO';
  readonly metric: MetricName;
  readonly means: string;
  /** Null where no limit is set. */
  readonly target: string | null;
  /** Where the target comes from. */
  readonly source: string | null;
  readonly measured: string;
  readonly value: number | null;
  readonly lower: number | null;
  readonly upper: number | null;
  readonly outcome: Result | 'not set';
}

export interface EvidenceEntry {
  readonly run: string;
  readonly scenario: string;
  readonly asks: string;
  readonly stack: string;
  readonly startedAt: string;
  readonly by: string | null;
  readonly command: string;
  readonly repository: { readonly revision: string; readonly dirty: boolean } | null;
  readonly pgdrill: string | null;
  readonly faults: readonly string[];
  readonly versions: Readonly<Record<string, string>>;
  readonly topology: Readonly<Record<string, unknown>>;
  readonly outcome: Result;
  readonly finding: string;
  readonly cause: string | null;
  readonly objectives: readonly Objective[];
  readonly doubts: readonly string[];
  readonly files: readonly HashedFile[];
}

/** The newest run of a scenario on a stack that did not pass, and what became of it. */
export interface Finding {
  readonly scenario: string;
  readonly stack: string;
  readonly run: string;
  readonly startedAt: string;
  readonly sentence: string;
  readonly since: string;
  readonly changed: readonly string[];
}

interface ProvedRestore {
  readonly run: string;
  readonly scenario: string;
  readonly stack: string;
  readonly startedAt: string;
  readonly ageDays: number;
  readonly restoreMs: number | null;
}

export interface EvidencePack {
  readonly format: 1;
  readonly madeAt: string;
  readonly madeWith: string;
  readonly runs: readonly EvidenceEntry[];
  readonly findings: readonly Finding[];
  /** Null where no run proved a restore. */
  readonly lastRestore: ProvedRestore | null;
}

interface Input {
  readonly runs: readonly EvidenceRun[];
  /** All runs that are known, the ones above among them or not. */
  readonly history: readonly HistoryLine[];
  /** ISO 8601. */
  readonly madeAt: string;
  readonly version: string;
}

/** Puts the pack together, the oldest run first. */
export function evidencePack({ runs, history, madeAt, version }: Input): EvidencePack {
  const entries = runs.map(entryOf).sort((a, b) => (a.startedAt < b.startedAt ? -1 : 1));
  const kinds = new Map(entries.map((entry) => [`${entry.scenario} ${entry.stack}`, entry]));
  const findings = [...kinds.values()].flatMap(({ scenario, stack }) =>
    findingOf(history.filter((line) => line.scenario === scenario && line.stack === stack)),
  );
  return { format: 1, madeAt, madeWith: version, runs: entries, findings, lastRestore: lastRestoreOf(history, madeAt) };
}

function entryOf({ run: { header, stack, faults }, verdict, files }: EvidenceRun): EvidenceEntry {
  const injected = faults.filter(({ step }) => step === 'inject').map(({ fault, target }) => `${fault} of ${target}`);
  return {
    run: verdict.run,
    ...{ scenario: verdict.scenario, asks: header.scenario.asks, stack: verdict.stack },
    ...{ startedAt: header.startedAt, by: header.by ?? null, command: header.command },
    ...{ repository: header.repository ?? null, pgdrill: header.version ?? null },
    ...{ faults: injected, versions: stack?.versions ?? {}, topology: header.topology },
    ...{ outcome: verdict.outcome, finding: verdict.sentence, cause: whyText(verdict) || null },
    objectives: [rto(verdict), rpo(verdict)],
    ...{ doubts: verdict.doubts, files },
  };
}

const rto = (verdict: Verdict): Objective => objective('RTO', 'writeOutageMs', verdict);

/** A time where one is set; otherwise whether any acknowledged write may be lost. */
function rpo(verdict: Verdict): Objective {
  const limited = (['lostWindowMs', 'lostWrites', 'undeclaredLosses'] as const).find((metric) =>
    verdict.checks.some((check) => check.metric === metric),
  );
  return objective('RPO', limited ?? 'lostWrites', verdict);
}

const unknown = (metric: MetricName): Measured => ({
  ...{ metric, unit: metrics[metric].unit, value: null, lower: null, upper: null, evidence: [] },
});

function objective(name: Objective['name'], metric: MetricName, { checks, measured }: Verdict): Objective {
  const check = checks.find((one) => one.metric === metric);
  const found = check ?? measured.find((one) => one.metric === metric) ?? unknown(metric);
  const { value, lower, upper } = found;
  return {
    ...{ name, metric, means: `${titleOf(metric)}: ${metrics[metric].means}` },
    target: check ? limitText(check.limit, check.unit) : null,
    source: check ? (check.limit.source ?? 'the scenario') : null,
    ...{ measured: figureText(found), value, lower, upper },
    outcome: check?.outcome ?? 'not set',
  };
}

/** @param lines the runs of one scenario on one stack, oldest first */
function findingOf(lines: readonly HistoryLine[]): Finding[] {
  const at = lines.findLastIndex(({ outcome }) => outcome !== 'pass');
  const line = lines[at];
  if (!line) return [];
  const next = lines[at + 1];
  const { scenario, stack, run, startedAt, sentence } = line;
  const since = next
    ? `passed again on ${next.startedAt.slice(0, 10)}, and in every run since (${lines.length - at - 1})`
    : 'open: it has not passed since';
  const names = next ? namesThatDiffer([line.fingerprint, next.fingerprint]) : [];
  const changed = names
    .filter((name) => line.fingerprint[name] !== undefined && next?.fingerprint[name] !== undefined)
    .map((name) => `${name}: ${line.fingerprint[name]} → ${next!.fingerprint[name]}`);
  return [{ scenario, stack, run, startedAt, sentence, since, changed }];
}

const dayMs = 86_400_000;

/** A restore is proved where it failed in nothing, lacked nothing and was damaged in nothing. */
function lastRestoreOf(history: readonly HistoryLine[], madeAt: string): ProvedRestore | null {
  const proved = history.findLast(({ measured }) => {
    const zero = (metric: MetricName): boolean => measured[metric]?.value === 0 && measured[metric]?.upper === 0;
    return (measured.restoreMs?.value ?? null) !== null && zero('failedRestores') && zero('restoredDamage');
  });
  if (!proved) return null;
  const { run, scenario, stack, startedAt, measured } = proved;
  const ageDays = Math.floor((Date.parse(madeAt) - Date.parse(startedAt)) / dayMs);
  return { run, scenario, stack, startedAt, ageDays, restoreMs: measured.restoreMs?.value ?? null };
}
