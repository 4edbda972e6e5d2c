import { printable } from '../../printable.ts';
import { type Finding, severities } from '../finding.ts';
import type { Format } from './format.ts';

/** For people: where, what happens and when, the change, where it is documented. */
export const text: Format = ({ findings, files }) =>
  [...findings.map(block), summary(findings, files.length)].join('\n');

function block(finding: Finding): string {
  const head = `${finding.file}:${finding.line}:${finding.column}: ${finding.severity}: ${finding.title} [${finding.rule}]`;
  const change = finding.change
    .trimEnd()
    .split('\n')
    .map((line) => (line === '' ? '' : `    ${line}`));
  // Names come from manifests: each is one line, and none is a command for a terminal or a CI system.
  return [head, `  ${finding.object}`, ...wrapped(finding.message, 110), ...change, `  ${finding.documentation}`, '']
    .filter((line, nth, all) => line !== '' || nth === all.length - 1)
    .map(printable)
    .join('\n');
}

function summary(findings: readonly Finding[], files: number): string {
  const read = counted(files, 'file');
  if (findings.length === 0) return `Nothing found in ${read}.\n`;
  const counts = severities
    .map((severity) => ({ severity, n: findings.filter((finding) => finding.severity === severity).length }))
    .filter(({ n }) => n > 0)
    .map(({ severity, n }) => (severity === 'info' ? `${n} for information` : counted(n, severity)));
  return `${counts.join(', ')} in ${read}.\n`;
}

const counted = (n: number, word: string): string => `${n} ${word}${n === 1 ? '' : 's'}`;

/** Lines of at most `width` characters, indented by two. */
function wrapped(message: string, width: number): string[] {
  const lines: string[] = [];
  for (const word of message.split(' ')) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + 1 + word.length <= width) lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(`  ${word}`);
  }
  return lines;
}
