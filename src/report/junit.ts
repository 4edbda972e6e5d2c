/** JUnit XML: one test case a limit, so that CI systems list each by itself. */
import type { Run } from '../journal/run.ts';
import { type Markup, html as xml } from '../markup.ts';
import type { Verdict } from '../measure/verdict.ts';
import { figureText, type Listed, limitText, listed, marginText } from './text.ts';

/** A broken limit is a failure; an unknown one is an error, because it must not pass for a success. */
function testCase(check: Listed, suite: string): Markup {
  const what = `${check.name} is ${figureText(check)}, limit ${limitText(check.limit, check.unit)}`;
  const message = `${what}: ${marginText(check, check.limit)}`;
  const detail = [check.note ?? check.means, `journal records ${check.evidence.join(', ') || 'none'}`].join('\n');
  const seconds = check.unit === 'ms' && check.value !== null ? (Math.max(0, check.value) / 1000).toFixed(3) : '0';
  const said = {
    pass: xml`<system-out>${what}</system-out>`,
    fail: xml`<failure type="limit" message="${message}">${detail}</failure>`,
    unknown: xml`<error type="unknown" message="${message}">${detail}</error>`,
  }[check.outcome];
  return xml`  <testcase classname="${suite}" name="${check.name} ${limitText(check.limit, check.unit)}" time="${seconds}">${said}</testcase>\n`;
}

/** One suite: a scenario on its stack, and a case for each limit and for what else must hold. */
export interface Suite {
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

const caseNamed = (suite: string, name: string, said: Markup | false): Markup =>
  xml`  <testcase classname="${suite}" name="${name}" time="0">${said}</testcase>\n`;

function casesOf({ name, checks, doubts, others = [], skipped }: Suite): readonly Markup[] {
  if (skipped !== undefined) return [caseNamed(name, 'the drill', xml`<skipped message="${skipped}"/>`)];
  const doubt =
    doubts.length > 0 && xml`<error type="unknown" message="${doubts.join('; ')}">${doubts.join('\n')}</error>`;
  return [
    ...checks.map((check) => testCase(check, name)),
    caseNamed(name, 'the evidence is whole', doubt),
    ...others.map(({ name: other, failure }) =>
      caseNamed(name, other, failure !== undefined && xml`<failure type="regression" message="${failure}"/>`),
    ),
  ];
}

interface Counts {
  readonly tests: number;
  readonly failures: number;
  readonly errors: number;
  readonly skipped: number;
}

function countsOf({ checks, doubts, others = [], skipped }: Suite): Counts {
  if (skipped !== undefined) return { tests: 1, failures: 0, errors: 0, skipped: 1 };
  const ended = (outcome: Listed['outcome']) => checks.filter((check) => check.outcome === outcome).length;
  return {
    tests: checks.length + 1 + others.length,
    failures: ended('fail') + others.filter(({ failure }) => failure !== undefined).length,
    errors: ended('unknown') + (doubts.length > 0 ? 1 : 0),
    skipped: 0,
  };
}

const totals = (counts: readonly Counts[], seconds: number): Markup => {
  const sum = (key: keyof Counts) => counts.reduce((total, one) => total + one[key], 0);
  return xml`tests="${sum('tests')}" failures="${sum('failures')}" errors="${sum('errors')}" skipped="${sum('skipped')}" time="${seconds.toFixed(3)}"`;
};

function suiteMarkup(suite: Suite): Markup {
  const properties = Object.entries(suite.properties).map(
    ([name, value]) => xml`<property name="${name}" value="${value}"/>`,
  );
  return xml`<testsuite name="${suite.name}" timestamp="${suite.startedAt.replace(/(\.\d+)?Z$/, '')}" ${totals([countsOf(suite)], suite.seconds)}>
  <properties>${properties}</properties>
${casesOf(suite)}  <system-out>${suite.sentence}</system-out>
</testsuite>
`;
}

/** One `testsuites` document. */
export function junitDocument(suites: readonly Suite[]): string {
  const seconds = suites.reduce((sum, suite) => sum + suite.seconds, 0);
  return xml`<?xml version="1.0" encoding="UTF-8"?>
<testsuites name="pgdrill" ${totals(suites.map(countsOf), seconds)}>
${suites.map(suiteMarkup)}</testsuites>
`.text;
}

/** The JUnit XML of a run. */
export function renderJunit(run: Run, verdict: Verdict): string {
  const { seed, command, startedAt } = run.header;
  return junitDocument([
    {
      name: `pgdrill.${verdict.stack}.${verdict.scenario}`,
      startedAt,
      seconds: run.lastUs / 1e6,
      properties: { run: verdict.run, outcome: verdict.outcome, seed: String(seed), command },
      checks: listed(verdict),
      doubts: verdict.doubts,
      sentence: verdict.sentence,
    },
  ]);
}
