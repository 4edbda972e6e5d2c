import { escapeText as escaped } from '../../markup.ts';
import type { Finding } from '../finding.ts';
import type { Format } from './format.ts';

/**
 * One test case a rule and file where something was found, and one for each rule that found nothing. What is only worth
 * knowing (`info`) does not fail its case.
 */
export const junit: Format = ({ findings, rules }) => {
  const cases = rules.flatMap((rule) => {
    const own = findings.filter((finding) => finding.rule === rule.id);
    return own.length > 0 ? own.map(found) : [`    <testcase classname="pgdrill.check" name="${escaped(rule.id)}"/>`];
  });
  const failures = findings.filter(fails).length;
  const counts = `tests="${cases.length}" failures="${failures}" errors="0" skipped="0"`;
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites ${counts}>`,
    `  <testsuite name="pgdrill check" ${counts}>`,
    ...cases,
    '  </testsuite>',
    '</testsuites>',
    '',
  ].join('\n');
};

const fails = (finding: Finding): boolean => finding.severity !== 'info';

function found(finding: Finding): string {
  const where = `${finding.file}:${finding.line}`;
  const open = `    <testcase classname="pgdrill.check" name="${escaped(`${finding.rule} ${where}`)}" file="${escaped(finding.file)}" line="${finding.line}">`;
  const detail = `${where}:${finding.column}: ${finding.message}\n${finding.change}${finding.documentation}`;
  const body = fails(finding)
    ? `      <failure message="${escaped(finding.title)}" type="${finding.severity}">${escaped(detail)}</failure>`
    : `      <system-out>${escaped(detail)}</system-out>`;
  return `${open}\n${body}\n    </testcase>`;
}
