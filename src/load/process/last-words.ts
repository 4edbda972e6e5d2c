/** What a program of Node.js said when it ended. Pure. */

/** Lines that Node.js adds to an error that nobody caught: the stack, the properties of the error, its own version. */
const added = /^(?:at\s|Node\.js v|node:|[{}\]^]|[\w$]+: .*,$|requireStack: )/;
const named = /^(?:Uncaught )?(?:\w*Error|AggregateError)(?: \[\w+\])?: /;

/** @returns the line with the error, else the last line that is not part of a stack trace; empty where nothing was said */
export function lastWords(stderr: string): string {
  const lines = stderr.split('\n').map((line) => line.trim());
  const said = lines.filter((line) => line !== '' && !added.test(line));
  return said.findLast((line) => named.test(line)) ?? said.at(-1) ?? '';
}
