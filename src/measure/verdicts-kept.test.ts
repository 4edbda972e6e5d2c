/**
 * The stored runs, as version 0.1 judged them on 2026-11-23, against their verdicts of today. `journals.test.ts` shows that
 * today's verdicts are those in the fixtures.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import type { Verdict } from './verdict.ts';

interface Before {
  readonly journal: string;
  readonly outcome: string;
  /** Outcome of the limit on a metric. */
  readonly checks: Readonly<Record<string, string>>;
  /** Value, lower and upper end. */
  readonly measured: Readonly<Record<string, readonly (number | null)[]>>;
}

const before = readFileSync('fixtures/verdicts-2026-11-23.ndjson', 'utf8')
  .trimEnd()
  .split('\n')
  .map((line) => JSON.parse(line) as Before);
const today = (journal: string) =>
  JSON.parse(readFileSync(join('fixtures/journals', journal, 'verdict.json'), 'utf8')) as Verdict;

/** In how many journals a metric has another value than before; reasons: docs/decisions/0010-what-verdicts-keep.md. */
const changed = {
  connectAmplification: 3,
  degradedMs: 4,
  detectMs: 6,
  directOutageMs: 8,
  drainMs: 4,
  electMs: 4,
  exposedWrites: 30,
  freshWriteOutageMs: 6,
  holdMs: 4,
  onsetMs: 6,
  poolerPenaltyMs: 13,
  promoteMs: 9,
  readOutageMs: 1,
  reconnectMs: 11,
  residualMs: 23,
  routeMs: 3,
  stormMs: 8,
  writeDowntimeMs: 11,
  writeOutageMs: 10,
};
/** Limits with another outcome than before: the run as a whole has the same. */
const changedLimits = ['replica-crash-failed writeOutageMs'];

function changesOf(verdicts: readonly Before[]): { counts: Record<string, number>; outcomes: string[] } {
  const counts: Record<string, number> = {};
  const outcomes: string[] = [];
  for (const { journal, outcome, checks, measured } of verdicts) {
    const now = today(journal);
    if (now.outcome !== outcome) outcomes.push(journal);
    for (const [metric, ended] of Object.entries(checks))
      if (now.checks.find((check) => check.metric === metric)?.outcome !== ended) outcomes.push(`${journal} ${metric}`);
    for (const [metric, [value, lower, upper]] of Object.entries(measured)) {
      const same = now.measured.find((one) => one.metric === metric);
      if (same?.value !== value || same?.lower !== lower || same?.upper !== upper)
        counts[metric] = (counts[metric] ?? 0) + 1;
    }
  }
  return { counts, outcomes };
}

describe('the verdicts of 68 stored runs', () => {
  it('have the outcome that they had, as has each of their limits but one', () => {
    expect(before).to.have.length(68);
    expect(changesOf(before).outcomes).to.deep.equal(changedLimits);
  });

  it('have the values that they had, those aside whose formula was changed on purpose', () => {
    expect(changesOf(before).counts).to.deep.equal(changed);
  });

  it('are compared: another value or outcome is found', () => {
    const [one] = before.filter(({ journal }) => journal === 'primary-crash-passed');
    const planted = { ...one!, outcome: 'fail', measured: { ...one!.measured, writeOutageMs: [1, 1, 1] } };
    expect(changesOf([planted]).outcomes).to.deep.equal(['primary-crash-passed']);
    expect(changesOf([planted]).counts).to.include({ writeOutageMs: 1 });
  });
});
