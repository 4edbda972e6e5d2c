/** The log of a node while it starts: kept whole for the run's folder, and searched for what stopped the node. */

/** A k3s node writes some hundred lines until it is up; a loop of retries is cut off at its beginning. */
const mostLines = 20_000;
/** Errors that stand in a message. The whole log is in a file. */
const mostCauses = 2;
/** Longer lines are stack traces and dumps. */
const mostCharacters = 300;

/**
 * Errors of watches, which are retried and which every node writes while its API server starts, and of what a node that
 * is already ending cancels.
 */
const passing =
  /reflector\.go|Failed to watch|failed to list|connection refused|Unable to authenticate|TLS handshake|runtime core not ready|context canceled/i;

export class NodeLog {
  readonly #lines: string[] = [];
  #rest = '';

  /**
   * Takes the next part of the log. A line may be split between two parts.
   * @returns the lines that it completes
   */
  add(part: string): readonly string[] {
    const lines = (this.#rest + part).split(/\r?\n/);
    this.#rest = lines.pop()!;
    const whole = lines.filter((line) => line !== '');
    this.#lines.push(...whole);
    if (this.#lines.length > mostLines) this.#lines.splice(0, this.#lines.length - mostLines);
    return whole;
  }

  get text(): string {
    return [...this.#lines, this.#rest].filter((line) => line !== '').join('\n');
  }

  /** What the node reports as the reason of its end, the most severe first; the last lines where it reports none. */
  causes(): readonly string[] {
    return causesIn(this.text.split('\n'));
  }
}

/**
 * The lines of a k3s log that explain why the node ended: fatal ones, panics, then errors, without those that pass.
 * @returns at most two, each without its timestamp; the last lines where no line has such a level
 */
export function causesIn(lines: readonly string[]): readonly string[] {
  const ranked = lines.map((line) => ({ line, rank: severity(line) })).filter(({ rank }) => rank > 0);
  // Of the same level, the last is nearest to the end.
  const worst = ranked.map((one, at) => ({ ...one, at })).sort((a, b) => b.rank - a.rank || b.at - a.at);
  const chosen = [...new Set(worst.map(({ line }) => message(line)))].slice(0, mostCauses);
  return chosen.length > 0 ? chosen : lines.slice(-mostCauses).map(message);
}

function severity(line: string): number {
  if (/level=(fatal|panic)|^F\d{4} |^panic: /.test(line)) return 3;
  if (passing.test(line)) return 0;
  // k3s reports with `level=`; klog's errors, which start with E and the date, are Kubernetes' own and more frequent.
  if (/level=error|^k3s: process \S+ ended/.test(line)) return 2;
  return /^E\d{4} /.test(line) ? 1 : 0;
}

/** The text of a line in the format of logrus (`time=… level=… msg="…"`) or klog (`E1130 05:06:01.123 7 file.go:12] …`). */
function message(line: string): string {
  const [, quoted] = /\bmsg=("(?:[^"\\]|\\.)*"|\S+)/.exec(line) ?? [];
  const said = quoted?.startsWith('"')
    ? unquoted(quoted)
    : (quoted ?? line.replace(/^[EFW]\d{4} [\d:.]+\s+\d+ [\w.-]+:\d+\] /, ''));
  return said.length > mostCharacters ? `${said.slice(0, mostCharacters)} …` : said;
}

function unquoted(text: string): string {
  try {
    return JSON.parse(text) as string;
  } catch {
    return text.slice(1, -1);
  }
}
