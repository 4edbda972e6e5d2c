import { junitDocument, type TestCase } from '../../junit.ts';
import type { Finding } from '../finding.ts';
import type { Format } from './format.ts';

/**
 * One test case a rule and file where something was found, and one for each rule that found nothing. What is only worth
 * knowing (`info`) does not fail its case.
 */
export const junit: Format = ({ findings, rules }) => {
  const cases = rules.flatMap((rule): TestCase[] => {
    const own = findings.filter((finding) => finding.rule === rule.id);
    return own.length > 0 ? own.map(caseOf) : [{ name: rule.id }];
  });
  return junitDocument([{ name: 'pgdrill check', classname: 'pgdrill.check', cases }]);
};

function caseOf({ rule, file, line, column, severity, title, message, change, documentation }: Finding): TestCase {
  const where = `${file}:${line}`;
  const detail = `${where}:${column}: ${message}\n${change}${documentation}`;
  const named = { name: `${rule} ${where}`, file, line };
  if (severity === 'info') return { ...named, output: detail };
  return { ...named, ended: { as: 'failure', type: severity, message: title, detail } };
}
