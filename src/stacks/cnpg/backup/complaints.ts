/** What programs in pods complained of: the operator reports only that a command failed, and with which code. */
import type { ClusterAt } from '../faults/at.ts';
import type { Pod } from '../objects.ts';

const tailLines = 200;

/** A line of CloudNativePG's log in a pod, as far as it is read. */
interface LogLine {
  readonly level?: string;
  readonly ts?: string;
  readonly msg?: string;
  readonly error?: string;
  /** Of PostgreSQL's own log, which is passed on. */
  readonly record?: { readonly error_severity?: string; readonly message?: string };
}

/**
 * The complaints at the end of all logs of pods, the newest of each first. Empty where nothing can be read.
 * @param since earlier lines are left out, where lines have a time
 */
export async function complaintsOf(
  { kube, site }: ClusterAt,
  pods: readonly Pod[],
  since = new Date(0),
): Promise<string[]> {
  const logs = pods.flatMap(({ metadata, spec }) =>
    spec.containers.map(({ name }) => kube.log(site.namespace, metadata.name, name, tailLines).catch(() => '')),
  );
  return (await Promise.all(logs)).flatMap((text) => complaintsIn(text, since));
}

/** @param log as a container wrote it: JSON or plain text, a line each */
export function complaintsIn(log: string, since: Date): string[] {
  return log
    .split('\n')
    .map((line) => plain(line, since))
    .filter(isComplaint)
    .reverse();
}

const isComplaint = (line: string) => /error|fatal|panic|fail/i.test(line);

/** The words of a line; none where it is older. */
function plain(line: string, since: Date): string {
  if (!line.startsWith('{')) return line;
  try {
    const { ts = '', level, msg = '', error, record } = JSON.parse(line) as LogLine;
    if (Date.parse(ts) < since.getTime()) return '';
    if (record) return `${record.error_severity}: ${record.message}`;
    const text = error ? `${msg}: ${error}` : msg;
    return level === 'error' && !isComplaint(text) ? `error: ${text}` : text;
  } catch {
    return line;
  }
}
