import { counted } from '../../measure/measured.ts';
import { printable } from '../../printable.ts';
import { type Finding, severities } from '../finding.ts';
import type { Format, Outcome } from './format.ts';

/** For people: where, what happens and when, the change, where it is documented. */
export const text: Format = (outcome) => [...textParts(outcome)].join('');

/** The same, finding by finding: the report of a large tree need not be in memory as a whole. */
export function* textParts(outcome: Outcome): Generator<string> {
  for (const finding of outcome.findings) yield `${block(finding)}\n`;
  for (const note of notes(outcome)) yield `${note}\n`;
  yield summary(outcome);
}

function block(finding: Finding): string {
  const head = `${finding.file}:${finding.line}:${finding.column}: ${finding.severity}: ${finding.title} [${finding.rule}]`;
  const change = finding.change
    .trimEnd()
    .split('\n')
    .map((line) => (line === '' ? '' : `    ${line}`));
  const lines = [
    head,
    `  ${finding.object}${finding.builtBy ? ` (built by ${finding.builtBy})` : ''}`,
    ...wrapped(finding.message, 110),
    ...change,
    ...(finding.placeholders ? [`  Replace in this change: ${finding.placeholders.join(', ')}`] : []),
    `  ${finding.documentation}`,
    ...(finding.drill ? [`  Prove it: ${finding.drill}`] : []),
  ];
  // Names come from manifests: each is one line, and none is a command for a terminal or a CI system.
  return [...lines.filter((line) => line !== ''), ''].map((line) => safe(line.trimEnd())).join('\n');
}

/** Most lines are harmless at first sight. */
const safe = (line: string): string => (/^(?!.*(?:##|::))[ -~]*$/.test(line) ? line : printable(line));

function notes({ notes: list = [] }: Outcome): string[] {
  const lines = [...new Set(list.map((note) => printable(`note: ${note.text}`)))];
  return lines.length === 0 ? [] : [...lines, ''];
}

function summary({ findings, files, accepted = 0, hidden = 0, objects }: Outcome): string {
  const read = counted(files.length, 'file');
  const more = [
    ...(accepted > 0 ? [`${counted(accepted, 'finding')} accepted by annotations or comments`] : []),
    ...(hidden > 0 ? [`${counted(hidden, 'finding')} in the baseline`] : []),
  ];
  const behind = more.length === 0 ? '' : ` ${more.join(', ')}.`;
  if (objects === 0) return `Nothing here is CloudNativePG’s (${read}).${behind}\n`;
  const judged = objects === undefined ? '' : `; ${counted(objects, 'object')} of CloudNativePG judged`;
  if (findings.length === 0) return `Nothing found in ${read}${judged}.${behind}\n`;
  const counts = severities
    .map((severity) => ({ severity, n: findings.filter((finding) => finding.severity === severity).length }))
    .filter(({ n }) => n > 0)
    .map(({ severity, n }) => (severity === 'info' ? `${n} for information` : counted(n, severity)));
  return `${counts.join(', ')} in ${read}.${behind}\n`;
}

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
