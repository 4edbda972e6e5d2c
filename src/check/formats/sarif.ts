import { createHash } from 'node:crypto';
import { isAbsolute, relative } from 'node:path';
import { printableJson } from '../../printable.ts';
import type { Finding, Rule, Severity } from '../finding.ts';
import type { Format } from './format.ts';

const levels: Readonly<Record<Severity, string>> = { error: 'error', warning: 'warning', info: 'note' };

/** SARIF 2.1.0 (OASIS), with what GitHub's code scanning asks for: full descriptions, help, fingerprints, relative URIs. */
export const sarif: Format = ({ findings, rules, version }) => {
  const driver = {
    name: 'pgdrill',
    version,
    semanticVersion: version,
    rules: rules.map(descriptor),
  };
  const log = {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: { driver },
        automationDetails: { id: 'pgdrill-check/' },
        columnKind: 'utf16CodeUnits',
        originalUriBaseIds: { SRCROOT: { description: { text: 'The folder where pgdrill runs.' } } },
        results: resultsOf(findings, rules),
      },
    ],
  };
  return `${printableJson(log, 2)}\n`;
};

/** `backup-schedule-fields` → `BackupScheduleFields`: names are in Pascal case, ids stay. */
const pascal = (id: string): string => id.replace(/(?:^|-)(\w)/g, (_, letter: string) => letter.toUpperCase());

const sentence = (text: string): string => `${text[0]!.toUpperCase()}${text.slice(1)}${text.endsWith('.') ? '' : '.'}`;

const descriptor = (rule: Rule): object => ({
  id: rule.id,
  name: pascal(rule.id),
  shortDescription: { text: sentence(rule.title) },
  fullDescription: { text: sentence(rule.explanation.replaceAll('`', '')) },
  help: {
    text: `${rule.explanation.replaceAll('`', '')}\n\n${rule.documentation}`,
    markdown: `${rule.explanation}\n\n[Documentation](${rule.documentation})`,
  },
  helpUri: rule.documentation,
  defaultConfiguration: { level: levels[rule.severity] },
  properties: {
    tags: ['postgresql', 'kubernetes', 'cloudnativepg'],
    precision: 'high',
    'problem.severity': rule.severity === 'info' ? 'recommendation' : rule.severity,
  },
});

function resultsOf(findings: readonly Finding[], rules: readonly Rule[]): object[] {
  const index = new Map(rules.map(({ id }, nth) => [id, nth]));
  const seen = new Map<string, number>();
  return findings.map((finding) => {
    const key = `${finding.rule} ${finding.file} ${finding.object}`;
    const nth = (seen.get(key) ?? 0) + 1;
    seen.set(key, nth);
    return resultOf(finding, index.get(finding.rule) ?? -1, fingerprint(key, nth));
  });
}

/** The same from one run to the next, wherever the lines move. */
const fingerprint = (key: string, nth: number): string =>
  `${createHash('sha256').update(key).digest('hex').slice(0, 32)}:${nth}`;

function resultOf(finding: Finding, ruleIndex: number, primaryLocationLineHash: string): object {
  const change = finding.change === '' ? '' : `\n\n${finding.change.trimEnd()}`;
  return {
    ruleId: finding.rule,
    ...(ruleIndex < 0 ? {} : { ruleIndex }),
    level: levels[finding.severity],
    message: { text: `${finding.object}: ${finding.message}${change}` },
    locations: [
      {
        physicalLocation: {
          artifactLocation: { uri: uriOf(finding.file), uriBaseId: 'SRCROOT' },
          region: { startLine: finding.line, startColumn: finding.column },
        },
      },
    ],
    partialFingerprints: { primaryLocationLineHash },
  };
}

/** Relative to where pgdrill runs, and encoded, as GitHub asks for. */
function uriOf(file: string): string {
  const near = isAbsolute(file) ? relative(process.cwd(), file) : file;
  const path = near.startsWith('..') ? file.replace(/^(?:\.*\/+)+/, '') : near;
  const encoded = path
    .replace(/^(?:\.\/)+/, '')
    .split('/')
    .map(encodeURIComponent)
    .join('/');
  return encoded === '-' ? 'stdin' : encoded;
}
