/** What the check of manifests adds to the summary of a job. Pure. */
import type { Finding } from '../check/finding.ts';
import { counted } from '../measure/measured.ts';

const mostRows = 30;
const rank = { error: 0, warning: 1, info: 2 } as const;

/**
 * Counts, and a table of the findings, the worst first.
 * @param hidden findings that the baseline accepts
 */
export function checkSummary(findings: readonly Finding[], files: number, hidden: number): string {
  const count = (severity: Finding['severity']) => findings.filter((one) => one.severity === severity).length;
  const accepted = hidden > 0 ? `; ${hidden} more ${hidden === 1 ? 'is' : 'are'} in the baseline` : '';
  const head = `### Manifests: ${counted(count('error'), 'error')}, ${counted(count('warning'), 'warning')}, ${counted(count('info'), 'note')} in ${counted(files, 'file')}${accepted}\n`;
  if (findings.length === 0) return head;
  const worstFirst = findings.toSorted((a, b) => rank[a.severity] - rank[b.severity]);
  const rows = worstFirst
    .slice(0, mostRows)
    .map(
      ({ severity, title, rule, object, file, line }) =>
        `| ${severity} | ${cell(title)} (\`${rule}\`) | ${cell(object)} | ${cell(`${file}:${line}`)} |`,
    );
  const more = findings.length > mostRows ? `\n\n${findings.length - mostRows} more are in the log of the job.` : '';
  return `${head}\n| | finding | object | where |\n| --- | --- | --- | --- |\n${rows.join('\n')}${more}\n`;
}

/** Names come from manifests: none may end a cell, or become markup. */
const cell = (text: string): string => text.replace(/[\r\n]+/g, ' ').replace(/[\\`|<>[\]*_]/g, '\\$&');
