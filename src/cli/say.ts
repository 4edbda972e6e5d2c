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

function print(to: NodeJS.WriteStream, lines: readonly string[]): void {
  if (lines.length === 0) return;
  to.write(lines.map((line) => `${printable(line)}\n`).join(''));
}
