/** The border to the terminal and to CI logs: what commands print goes through here, so that no name in it is obeyed. */
import { printable } from '../printable.ts';

/** Prints lines to standard output, each as one line. */
export const say = (...lines: readonly string[]): void => print(process.stdout, lines);

/** Prints lines to standard error, each as one line that begins with the program's name. */
export const warn = (...lines: readonly string[]): void =>
  print(
    process.stderr,
    lines.map((line) => `pgdrill: ${line}`),
  );

/**
 * Lets the program go on without a word where nobody reads it any more (`pgdrill list | head -n 1`): a drill has to heal, and
 * its outcome is in its exit code and its folder.
 */
export function surviveClosedPipes(): void {
  for (const stream of [process.stdout, process.stderr])
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EPIPE') throw error;
    });
}

function print(to: NodeJS.WriteStream, lines: readonly string[]): void {
  if (lines.length === 0) return;
  to.write(lines.map((line) => `${printable(line)}\n`).join(''));
}
