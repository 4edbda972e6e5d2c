/** SARIF as GitHub's code scanning takes it. Source: GitHub's "SARIF support for code scanning" and SARIF 2.1.0 (OASIS). */
import { readFileSync } from 'node:fs';
import { expect } from 'chai';
import { checkAll } from '../check.ts';
import { rules } from '../rules/index.ts';
import { sarif } from './sarif.ts';

interface Log {
  $schema: string;
  version: string;
  runs: Run[];
}
interface Run {
  tool: { driver: { name: string; semanticVersion: string; rules: Descriptor[] } };
  originalUriBaseIds?: Record<string, { uri?: string }>;
  results: Result[];
}
interface Descriptor {
  id: string;
  name: string;
  shortDescription: { text: string };
  fullDescription: { text: string };
  help: { text: string; markdown: string };
  helpUri: string;
  defaultConfiguration: { level: string };
}
interface Result {
  ruleId: string;
  ruleIndex: number;
  level: string;
  message: { text: string };
  locations: { physicalLocation: Location }[];
  partialFingerprints: { primaryLocationLineHash: string };
}
interface Location {
  artifactLocation: { uri: string; uriBaseId?: string };
  region: { startLine: number; startColumn: number };
}

/** What a validator with GitHub's rules says; empty where it says nothing. */
function problemsOf({ $schema, version, runs }: Log): string[] {
  const say = (holds: boolean, text: string): string[] => (holds ? [] : [text]);
  return [
    ...say(/sarif-(?:schema-)?2\.1\.0\.json$/.test($schema), `the schema is ${$schema}`),
    ...say(version === '2.1.0', `the version is ${version}`),
    ...say(runs.length <= 20, 'more than 20 runs'),
    ...runs.flatMap((run) => [
      ...say(run.results.length <= 25_000, 'more than 25,000 results'),
      ...say(run.tool.driver.rules.length <= 25_000, 'more than 25,000 rules'),
      ...say(/^\d+\.\d+\.\d+/.test(run.tool.driver.semanticVersion), 'no semantic version'),
      ...run.tool.driver.rules.flatMap(problemsOfRule),
      ...run.results.flatMap((result) => problemsOfResult(result, run)),
      ...say(new Set(run.tool.driver.rules.map(({ id }) => id)).size === run.tool.driver.rules.length, 'a rule twice'),
      ...say(new Set(run.results.map(fingerprint)).size === run.results.length, 'a fingerprint twice'),
    ]),
  ];
}

const fingerprint = (result: Result): string => result.partialFingerprints.primaryLocationLineHash;
const isAbsoluteUri = (text: string): boolean => /^https:\/\/[^\s]+$/.test(text ?? '');
const isSentence = (text: string): boolean => /^\S[\s\S]*[.!?]$/.test(text ?? '');

function problemsOfRule(rule: Descriptor): string[] {
  return [
    ...(/^[A-Z][A-Za-z0-9]*$/.test(rule.name) ? [] : [`${rule.id}: the name ${rule.name} is not in Pascal case`]),
    ...(isSentence(rule.shortDescription.text) && rule.shortDescription.text.length <= 1024
      ? []
      : [`${rule.id}: short`]),
    ...(isSentence(rule.fullDescription.text) && rule.fullDescription.text.length <= 1024 ? [] : [`${rule.id}: full`]),
    ...(rule.help.text !== '' && rule.help.markdown !== '' ? [] : [`${rule.id}: no help`]),
    ...(isAbsoluteUri(rule.helpUri) ? [] : [`${rule.id}: helpUri ${rule.helpUri}`]),
    ...(['none', 'note', 'warning', 'error'].includes(rule.defaultConfiguration.level) ? [] : [`${rule.id}: level`]),
  ];
}

function problemsOfResult(result: Result, run: Run): string[] {
  const where = result.locations[0]?.physicalLocation;
  const { uri = '/', uriBaseId } = where?.artifactLocation ?? {};
  const isRelative =
    !uri.startsWith('/') && !/^[a-z]+:/.test(uri) && !uri.includes('\\') && !uri.split('/').includes('..');
  return [
    ...(run.tool.driver.rules[result.ruleIndex]?.id === result.ruleId ? [] : [`${result.ruleId}: wrong index`]),
    ...(isRelative && encodeURI(decodeURI(uri)) === uri ? [] : [`${result.ruleId}: uri ${uri}`]),
    ...(uriBaseId === undefined || run.originalUriBaseIds?.[uriBaseId] ? [] : [`${result.ruleId}: base ${uriBaseId}`]),
    ...((where?.region.startLine ?? 0) >= 1 && (where?.region.startColumn ?? 0) >= 1
      ? []
      : [`${result.ruleId}: region`]),
    ...(result.message.text !== '' ? [] : [`${result.ruleId}: no message`]),
    ...(/^[0-9a-f]{32}:\d+$/.test(fingerprint(result)) ? [] : [`${result.ruleId}: fingerprint`]),
  ];
}

/** The findings of every rule's bad example, in files whose names need care. */
function logOf(name: (id: string) => string): Log {
  const findings = rules.flatMap(
    (rule) => checkAll([{ file: name(rule.id), text: rule.bad }], { nowMs: Date.UTC(2026, 10, 1) }).findings,
  );
  const files = rules.map(({ id }) => name(id));
  return JSON.parse(sarif({ findings, files, rules, version: '1.2.3' })) as Log;
}

describe('sarif', () => {
  it('is valid by the rules of GitHub, with a result of every rule', () => {
    const log = logOf((id) => `clusters/a b/${id}.yaml`);
    expect(problemsOf(log)).to.eql([]);
    expect(new Set(log.runs[0]!.results.map(({ ruleId }) => ruleId)).size).to.equal(rules.length);
  });

  it('names files relative to where it runs, also those that were named otherwise', () => {
    for (const name of ['./x', `${process.cwd()}/x`, '../elsewhere/x', '/somewhere/x', 'über/x%y'])
      expect(problemsOf(logOf((id) => `${name}-${id}.yaml`)), name).to.eql([]);
  });

  it('would be refused where a property is missing or wrong', () => {
    const spoil = (change: (log: Log) => void) => {
      const log = logOf((id) => `${id}.yaml`);
      change(log);
      return problemsOf(log);
    };
    const result = (log: Log) => log.runs[0]!.results[0]!;
    expect(
      spoil((log) => (result(log).locations[0]!.physicalLocation.artifactLocation.uri = '/a.yaml')),
    ).to.have.length(1);
    expect(spoil((log) => (result(log).locations[0]!.physicalLocation.region.startLine = 0))).to.have.length(1);
    expect(spoil((log) => (result(log).ruleIndex = 60))).to.have.length(1);
    expect(spoil((log) => (log.runs[0]!.tool.driver.rules[0]!.name = 'accept-unknown'))).to.have.length(1);
    expect(spoil((log) => (log.$schema = 'https://example.org/sarif.json'))).to.have.length(1);
    expect(spoil((log) => log.runs[0]!.results.push(result(log)))).to.have.length(1);
  });

  it('points at a page that the repository has for each rule', () => {
    for (const { id } of rules) expect(readFileSync(`docs/rules/${id}.md`, 'utf8')).to.contain(`# ${id}\n`);
  });
});
