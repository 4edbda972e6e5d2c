/** JUnit XML, as Jenkins, GitLab and GitHub's actions read it. Pure; every text is escaped. */
import { type Markup, raw, html as xml } from './markup.ts';

/** `failure`: what was tested does not hold. `error`: it could not be decided, so that CI turns red for it too. */
interface Ended {
  readonly as: 'failure' | 'error' | 'skipped';
  readonly message: string;
  /** A word that CI systems group by. */
  readonly type?: string;
  readonly detail?: string;
}
export interface TestCase {
  readonly name: string;
  readonly seconds?: number;
  readonly file?: string;
  readonly line?: number;
  /** Absent where the case passed. */
  readonly ended?: Ended | undefined;
  readonly output?: string;
}
export interface TestSuite {
  readonly name: string;
  /** The class of its cases, by which CI systems sort them; default: the suite's name. */
  readonly classname?: string;
  readonly cases: readonly TestCase[];
  /** ISO 8601. */
  readonly startedAt?: string;
  readonly seconds?: number;
  readonly properties?: Readonly<Record<string, string>>;
  readonly output?: string;
}

type Attribute = string | number | undefined;

const attributes = (named: Readonly<Record<string, Attribute>>): Markup[] =>
  Object.entries(named).map(([name, value]) => (value === undefined ? xml`` : xml` ${name}="${value}"`));
const inSeconds = (seconds: number | undefined): string | undefined =>
  seconds === undefined ? undefined : seconds === 0 ? '0' : seconds.toFixed(3);

/** One `testsuites` document. */
export function junitDocument(suites: readonly TestSuite[]): string {
  const timed = suites.flatMap(({ seconds }) => (seconds === undefined ? [] : [seconds]));
  const seconds = timed.length > 0 ? timed.reduce((sum, one) => sum + one, 0) : undefined;
  const counts = countsOf(suites.flatMap(({ cases }) => cases));
  return xml`<?xml version="1.0" encoding="UTF-8"?>
<testsuites${attributes({ name: 'pgdrill', ...counts, time: inSeconds(seconds) })}>
${suites.map(suiteMarkup)}</testsuites>
`.text;
}

function countsOf(cases: readonly TestCase[]): Record<string, number> {
  const count = (as: Ended['as']) => cases.filter(({ ended }) => ended?.as === as).length;
  return { tests: cases.length, failures: count('failure'), errors: count('error'), skipped: count('skipped') };
}

function suiteMarkup({
  name,
  classname = name,
  cases,
  startedAt,
  seconds,
  properties = {},
  output,
}: TestSuite): Markup {
  const timestamp = startedAt?.replace(/(\.\d+)?Z$/, '');
  const listed = Object.entries(properties).map(([key, value]) => xml`<property name="${key}" value="${value}"/>`);
  return xml`<testsuite${attributes({ name, timestamp, ...countsOf(cases), time: inSeconds(seconds) })}>
${listed.length > 0 && xml`  <properties>${listed}</properties>\n`}${cases.map((one) => caseMarkup(one, classname))}${output !== undefined && xml`  <system-out>${output}</system-out>\n`}</testsuite>
`;
}

function caseMarkup({ name, seconds, file, line, ended, output }: TestCase, classname: string): Markup {
  const opening = attributes({ classname, name, file, line, time: inSeconds(seconds) });
  const inside = [ended && endedMarkup(ended), output !== undefined && xml`<system-out>${output}</system-out>`];
  return inside.some(Boolean) ? xml`  <testcase${opening}>${inside}</testcase>\n` : xml`  <testcase${opening}/>\n`;
}

function endedMarkup({ as, type, message, detail }: Ended): Markup {
  const opening = xml`${raw(as)}${attributes({ type, message })}`;
  return detail === undefined ? xml`<${opening}/>` : xml`<${opening}>${detail}</${raw(as)}>`;
}
