/** What GitHub shows at the lines of a change: workflow commands, one a line. Pure. */
import type { Finding } from '../check/finding.ts';
import type { GateReport } from '../report/gate/gate.ts';
import type { Annotation } from '../workflow-command.ts';

const levels = { error: 'error', warning: 'warning', info: 'notice' } as const;

/** @param fileOf the path of a file as seen from the root of the repository */
export const annotateFindings = (findings: readonly Finding[], fileOf: (file: string) => string): Annotation[] =>
  findings.map(({ severity, file, line, rule, title, object, message }) => ({
    level: levels[severity],
    file: fileOf(file),
    line,
    title: `${title} (${rule})`,
    message: `${object}: ${message}`,
  }));

export interface ScenarioFile {
  readonly file: string;
  readonly text: string;
}

/**
 * Every limit that was broken or could not be decided, at the line that sets it.
 * @param files the scenarios’ files by name; one that is built in has none here and gets no annotation
 */
export function annotateGate(report: GateReport, files: ReadonlyMap<string, ScenarioFile>): Annotation[] {
  return report.entries.flatMap(({ scenario, gated }) => {
    const source = files.get(scenario);
    if (!source || !gated) return [];
    return gated.checks
      .filter(({ outcome }) => outcome !== 'pass')
      .map(({ metric, outcome, note }) => ({
        level: outcome === 'fail' ? ('error' as const) : ('warning' as const),
        file: source.file,
        line: lineOf(source.text, metric),
        title: `${scenario}: ${metric} ${outcome === 'fail' ? 'is beyond its limit' : 'could not be decided'}`,
        message: note ?? `the ${gated.runs.length} runs together: ${outcome}`,
      }));
  });
}

/** The line that sets a limit, counted from 1; the first line where none does. */
function lineOf(text: string, metric: string): number {
  const at = text.split('\n').findIndex((line) => new RegExp(`\\b${metric}\\s*:`).test(line));
  return at < 0 ? 1 : at + 1;
}
