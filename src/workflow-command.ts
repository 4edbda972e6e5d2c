/** Annotations of GitHub Actions, as workflow commands. Source: GitHub's "Workflow commands for GitHub Actions". Pure. */

export interface Annotation {
  readonly level: 'error' | 'warning' | 'notice';
  /** As seen from the root of the repository. */
  readonly file: string;
  readonly line: number;
  readonly title: string;
  readonly message: string;
}

/** A workflow command as GitHub’s runner reads it. */
export function workflowCommand({ level, file, line, title, message }: Annotation): string {
  const properties = `file=${property(file)},line=${line},title=${property(title)}`;
  return `::${level} ${properties}::${data(message)}`;
}

/** What ends a command or begins another one is escaped: a name in a manifest must not forge one. */
const data = (text: string): string =>
  text
    .replaceAll('%', '%25')
    .replaceAll('\r', '%0D')
    .replaceAll('\n', '%0A')
    .replace(/[\p{Cc}\p{Zl}\p{Zp}]/gu, '\ufffd');
const property = (text: string): string => data(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
