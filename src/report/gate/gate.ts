/** What the gate found in all its scenarios; `gate.json` is one of these. */
import { worst } from '../../measure/check.ts';
import type { AgainstBaseline } from '../../measure/compare/baseline.ts';
import type { GatedScenario } from '../../measure/gate.ts';
import type { Result } from '../../measure/verdict.ts';

export interface GateEntry {
  readonly scenario: string;
  readonly stack: string;
  readonly startedAt: string;
  readonly seconds: number;
  /** Absent where it was skipped. */
  readonly gated?: GatedScenario;
  readonly against?: AgainstBaseline;
  readonly skipped?: string;
}

export interface GateReport {
  readonly format: 1;
  readonly outcome: Result;
  readonly entries: readonly GateEntry[];
}

const regressed = ({ against }: GateEntry): boolean =>
  against?.comparisons.some(({ change }) => change === 'regression') ?? false;

/** Of one scenario: its limits, and a regression against the baseline; undefined where it was skipped. */
export const outcomeOf = (entry: GateEntry): Result | undefined =>
  entry.gated && (regressed(entry) ? 'fail' : entry.gated.outcome);

/** A gate in which nothing ran does not pass: if every scenario is skipped, it is unknown. */
export const gateReport = (entries: readonly GateEntry[]): GateReport => ({
  format: 1,
  outcome: worst(entries.flatMap((entry) => outcomeOf(entry) ?? [])),
  entries,
});

/** One sentence on what came out: `PASS gate: 2 scenarios passed, 1 was skipped.` */
export function gateSentence({ outcome, entries }: GateReport): string {
  const names = (wanted: Result | undefined) =>
    entries.filter((entry) => outcomeOf(entry) === wanted).map(({ scenario }) => scenario);
  const parts = [
    { words: 'failed', of: names('fail') },
    { words: 'could not be decided', of: names('unknown') },
    { words: 'passed', of: names('pass') },
    { words: 'skipped', of: names(undefined) },
  ].filter(({ of }) => of.length > 0);
  return `${outcome.toUpperCase()} gate: ${parts.map(({ words, of }) => `${words}: ${of.join(', ')}`).join('; ')}.`;
}
