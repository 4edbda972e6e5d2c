/** The border to the terminal and to CI logs: what commands print goes through here, so that no name in it is obeyed. */
import { once } from 'node:events';
import { printable } from '../printable.ts';
import { type Annotation, workflowCommand } from '../workflow-command.ts';

/** Prints lines to standard output, each as one line. */
export const say = (...lines: readonly string[]): void => print(process.stdout, lines);

/** Prints lines to standard error, each as one line that begins with the program's name. */
export const warn = (...lines: readonly string[]): void =>
  print(
    process.stderr,
    lines.map((line) => `pgdrill: ${line}`),
  );

/** Prints remarks to standard error, where standard output holds a document. */
export const remark = (...lines: readonly string[]): void =>
  print(
    process.stderr,
    lines.map((line) => `note: ${line}`),
  );

/** Prints text of several lines to standard error, line by line. */
export const warnText = (text: string): void => print(process.stderr, text.replace(/\n$/, '').split('\n'));

/** Prints annotations as commands that GitHub Actions obeys: these are the only ones that a command means to give. */
export const annotate = (annotations: readonly Annotation[]): void =>
  void process.stdout.write(annotations.map((one) => `${workflowCommand(one)}\n`).join(''));

/**
 * Writes a document to standard output as it is: JSON, YAML, HTML, XML, or lines that are printable already. What writes the
 * document escapes the names in it.
 * @returns false where the reader is gone, as `head` is after its lines
 */
export async function writeDocument(text: string): Promise<boolean> {
  if (process.stdout.write(text)) return true;
  return once(process.stdout, 'drain').then(
    () => true,
    () => false,
  );
}

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
