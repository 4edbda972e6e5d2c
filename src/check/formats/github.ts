import type { Finding, Severity } from '../finding.ts';
import type { Format } from './format.ts';

const commands: Readonly<Record<Severity, string>> = { error: 'error', warning: 'warning', info: 'notice' };

/**
 * Annotations of GitHub Actions: one workflow command a finding.
 * Source: GitHub's "Workflow commands for GitHub Actions".
 */
export const github: Format = ({ findings, notes = [] }) =>
  [...findings.map(annotation), ...notes.map((note) => `::notice title=pgdrill check::${data(note.text)}`), ''].join(
    '\n',
  );

function annotation(finding: Finding): string {
  const { severity, file, line, column, title, rule, object, message, documentation } = finding;
  const properties = [
    `file=${property(file)}`,
    `line=${line}`,
    `col=${column}`,
    `title=${property(`${title} (${rule})`)}`,
  ];
  return `::${commands[severity]} ${properties.join(',')}::${data(`${object}: ${message} ${documentation}`)}`;
}

/** What ends a command or begins another one is escaped: a name of a manifest must not forge one. */
const data = (text: string): string =>
  text
    .replaceAll('%', '%25')
    .replaceAll('\r', '%0D')
    .replaceAll('\n', '%0A')
    .replace(/[\p{Cc}\u2028\u2029]/gu, '\ufffd');
const property = (text: string): string => data(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
