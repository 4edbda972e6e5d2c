import { printableJson } from '../../printable.ts';
import type { Finding, Rule, Severity } from '../finding.ts';
import type { Format } from './format.ts';

const levels: Readonly<Record<Severity, string>> = { error: 'error', warning: 'warning', info: 'note' };

/** SARIF 2.1.0 (OASIS), as GitHub and GitLab take it. */
export const sarif: Format = ({ findings, rules, version }) => {
  const driver = { name: 'pgdrill', version, rules: rules.map(descriptor) };
  const results = findings.map((finding) => resultOf(finding, rules));
  const log = {
    $schema: 'https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json',
    version: '2.1.0',
    runs: [{ tool: { driver }, columnKind: 'utf16CodeUnits', results }],
  };
  return `${printableJson(log, 2)}\n`;
};

const descriptor = (rule: Rule): object => ({
  id: rule.id,
  shortDescription: { text: rule.title },
  helpUri: rule.documentation,
  defaultConfiguration: { level: levels[rule.severity] },
});

function resultOf(finding: Finding, rules: readonly Rule[]): object {
  const change = finding.change === '' ? '' : `\n\n${finding.change}`;
  return {
    ruleId: finding.rule,
    ruleIndex: rules.findIndex((rule) => rule.id === finding.rule),
    level: levels[finding.severity],
    message: { text: `${finding.object}: ${finding.message}${change}` },
    locations: [
      {
        physicalLocation: {
          artifactLocation: { uri: encodeURI(finding.file) },
          region: { startLine: finding.line, startColumn: finding.column },
        },
      },
    ],
  };
}
