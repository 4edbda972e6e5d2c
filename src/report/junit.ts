/** JUnit XML: one test case a limit, so that CI systems list each by itself. */
import type { Run } from '../journal/run.ts';
import { metrics } from '../measure/metrics.ts';
import type { Check, Verdict } from '../measure/verdict.ts';
import { type Markup, html as xml } from './markup.ts';
import { figureText, limitText, marginText } from './text.ts';

/** A broken limit is a failure; an unknown one is an error, because it must not pass for a success. */
function testCase(check: Check, suite: string): Markup {
  const what = `${check.metric} is ${figureText(check)}, limit ${limitText(check.limit, check.unit)}`;
  const message = `${what}: ${marginText(check, check.limit)}`;
  const detail = [
    check.note ?? metrics[check.metric].means,
    `journal records ${check.evidence.join(', ') || 'none'}`,
  ].join('\n');
  const seconds = check.unit === 'ms' && check.value !== null ? (Math.max(0, check.value) / 1000).toFixed(3) : '0';
  const said = {
    pass: xml`<system-out>${what}</system-out>`,
    fail: xml`<failure type="limit" message="${message}">${detail}</failure>`,
    unknown: xml`<error type="unknown" message="${message}">${detail}</error>`,
  }[check.outcome];
  return xml`  <testcase classname="${suite}" name="${check.metric} ${limitText(check.limit, check.unit)}" time="${seconds}">${said}</testcase>\n`;
}

/** What keeps the whole from a pass beyond its limits: a test case of its own, so that CI turns red for it too. */
function wholeness(verdict: Verdict, suite: string): Markup {
  const name = 'the evidence is whole';
  const said =
    verdict.doubts.length > 0 &&
    xml`<error type="unknown" message="${verdict.doubts.join('; ')}">${verdict.doubts.join('\n')}</error>`;
  return xml`  <testcase classname="${suite}" name="${name}" time="0">${said}</testcase>\n`;
}

/** One `testsuites` document; the suite is the scenario on its stack. */
export function renderJunit(run: Run, verdict: Verdict): string {
  const suite = `pgdrill.${verdict.stack}.${verdict.scenario}`;
  const count = (outcome: Check['outcome']) => verdict.checks.filter((check) => check.outcome === outcome).length;
  const errors = count('unknown') + (verdict.doubts.length > 0 ? 1 : 0);
  const totals = xml`tests="${verdict.checks.length + 1}" failures="${count('fail')}" errors="${errors}" time="${(run.lastUs / 1e6).toFixed(3)}"`;
  const property = (name: string, value: string) => xml`<property name="${name}" value="${value}"/>`;
  const properties = [
    property('run', verdict.run),
    property('outcome', verdict.outcome),
    property('seed', String(run.header.seed)),
    property('command', run.header.command),
  ];
  return xml`<?xml version="1.0" encoding="UTF-8"?>
<testsuites name="pgdrill" ${totals}>
<testsuite name="${suite}" timestamp="${run.header.startedAt.replace(/(\.\d+)?Z$/, '')}" ${totals}>
  <properties>${properties}</properties>
${verdict.checks.map((check) => testCase(check, suite))}${wholeness(verdict, suite)}  <system-out>${verdict.sentence}</system-out>
</testsuite>
</testsuites>
`.text;
}
