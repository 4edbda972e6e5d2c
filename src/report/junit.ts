/** A run as JUnit XML: one test case a limit, so that CI systems list each of them. */
import type { Run } from '../journal/run.ts';
import { junitDocument, type TestCase, type TestSuite } from '../junit.ts';
import type { Verdict } from '../measure/verdict.ts';
import { figureText, type Listed, limitText, listed, marginText } from './text.ts';

/** A scenario on its stack: a case for each limit and for what else must hold. */
export interface Drilled {
  readonly name: string;
  readonly startedAt: string;
  readonly seconds: number;
  readonly properties: Readonly<Record<string, string>>;
  readonly checks: readonly Listed[];
  /** What keeps the whole from a pass beyond its limits: a case of its own, so that CI turns red for it too. */
  readonly doubts: readonly string[];
  /** Cases that are neither: `failure` absent means that they hold. */
  readonly others?: readonly { readonly name: string; readonly failure?: string }[];
  readonly sentence: string;
  /** Why it did not run at all; then it has one case, which was skipped. */
  readonly skipped?: string;
}

/** A broken limit is a failure; an unknown one is an error, because it must not pass for a success. */
function caseOf(check: Listed): TestCase {
  const limit = limitText(check.limit, check.unit);
  const what = `${check.name} is ${figureText(check)}, limit ${limit}`;
  const seconds = check.unit === 'ms' && check.value !== null ? Math.max(0, check.value) / 1000 : 0;
  const named = { name: `${check.name} ${limit}`, seconds };
  if (check.outcome === 'pass') return { ...named, output: what };
  const message = `${what}: ${marginText(check, check.limit)}`;
  const detail = [check.note ?? check.means, `journal records ${check.evidence.join(', ') || 'none'}`].join('\n');
  const ended = check.outcome === 'fail' ? { as: 'failure', type: 'limit' } : { as: 'error', type: 'unknown' };
  return { ...named, ended: { ...ended, message, detail } as TestCase['ended'] };
}

function casesOf({ checks, doubts, others = [], skipped }: Drilled): TestCase[] {
  if (skipped !== undefined) return [{ name: 'the drill', seconds: 0, ended: { as: 'skipped', message: skipped } }];
  const doubted =
    doubts.length > 0
      ? ({ as: 'error', type: 'unknown', message: doubts.join('; '), detail: doubts.join('\n') } as const)
      : undefined;
  return [
    ...checks.map(caseOf),
    { name: 'the evidence is whole', seconds: 0, ended: doubted },
    ...others.map(
      ({ name, failure }): TestCase => ({
        name,
        seconds: 0,
        ended: failure === undefined ? undefined : { as: 'failure', type: 'regression', message: failure },
      }),
    ),
  ];
}

/** The test suite of a run, or of the runs of a scenario together. */
export const suiteOf = (drilled: Drilled): TestSuite => ({
  name: drilled.name,
  startedAt: drilled.startedAt,
  seconds: drilled.seconds,
  properties: drilled.properties,
  cases: casesOf(drilled),
  output: drilled.sentence,
});

/** The JUnit XML of a run. */
export function renderJunit(run: Run, verdict: Verdict): string {
  const { seed, command, startedAt } = run.header;
  const suite = suiteOf({
    name: `pgdrill.${verdict.stack}.${verdict.scenario}`,
    startedAt,
    seconds: run.lastUs / 1e6,
    properties: { run: verdict.run, outcome: verdict.outcome, seed: String(seed), command },
    checks: listed(verdict),
    doubts: verdict.doubts,
    sentence: verdict.sentence,
  });
  return junitDocument([suite]);
}
