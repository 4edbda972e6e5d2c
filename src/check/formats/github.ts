import { workflowCommand } from '../../workflow-command.ts';
import type { Finding, Severity } from '../finding.ts';
import type { Format } from './format.ts';

const levels: Readonly<Record<Severity, 'error' | 'warning' | 'notice'>> = {
  error: 'error',
  warning: 'warning',
  info: 'notice',
};

/** Annotations of GitHub Actions: one workflow command a finding. */
export const github: Format = ({ findings }) => findings.map((finding) => `${annotation(finding)}\n`).join('');

const annotation = ({ severity, file, line, title, rule, object, message, documentation }: Finding): string =>
  workflowCommand({
    level: levels[severity],
    file,
    line,
    title: `${title} (${rule})`,
    message: `${object}: ${message} ${documentation}`,
  });
