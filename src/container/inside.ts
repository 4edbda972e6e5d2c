/** The end inside the container: runs a command there, and ends with the program that asked for it. */
import { existsSync } from 'node:fs';
import { registerHooks } from 'node:module';
import { createInterface } from 'node:readline';
import { pathToFileURL } from 'node:url';
import { execa } from 'execa';
import { exitCodes } from '../errors.ts';
import { go, interrupt, mark, type Order, type Report } from './protocol.ts';

/** A drill that is interrupted heals in a few seconds; one that cannot is ended with its container. */
const healAtMostMs = 20_000;

/**
 * Waits for the word to begin, runs the command, reports how it ended, and waits until the other end has what it wants.
 * @param call runs words as the command line does and gives the exit code
 */
export async function runInside(
  { words, proof, owner, folders, checkout, terminal }: Order,
  call: (words: readonly string[]) => Promise<number>,
): Promise<void> {
  const started = Date.now();
  const lines = createInterface({ input: process.stdin });
  const begin = Promise.withResolvers<void>();
  const end = Promise.withResolvers<void>();
  lines.on('line', (line) => {
    if (line === go) begin.resolve();
    if (line === interrupt) process.kill(process.pid, 'SIGINT');
  });
  let done = false;
  lines.once('close', () => {
    if (done) return end.resolve();
    // Who asked is gone, so that nobody would see the verdict or remove the container.
    process.kill(process.pid, 'SIGTERM');
    setTimeout(() => process.exit(exitCodes.unknown), healAtMostMs).unref();
  });
  if (terminal) becomeTerminal(terminal);
  if (checkout) standInFor(checkout);
  report({ ready: true, visible: existsSync(proof) });
  await begin.promise;
  const code = await call(words);
  if (owner) await giveTo(owner, folders, started);
  done = true;
  report({ ended: code });
  await end.promise;
}

const report = (what: Report): void => void process.stdout.write(`${mark}${JSON.stringify(what)}\n`);

/** Standard output is a pipe here, but what is at its other end is a terminal of this size. */
function becomeTerminal([columns, rows]: readonly [number, number]): void {
  Object.assign(process.stdout, { isTTY: true, columns, rows });
}

/**
 * Scenarios of a checkout import `../src/index.ts`. That is this very program, and not a second one from the shared
 * folder, whose dependencies may be another system’s or not there.
 */
function standInFor(checkout: string): void {
  const theirs = `${pathToFileURL(checkout).href}/src/`;
  const own = new URL('../', import.meta.url).href;
  registerHooks({
    resolve(specifier, context, next) {
      const resolved = next(specifier, context);
      return resolved.url.startsWith(theirs) ? { ...resolved, url: own + resolved.url.slice(theirs.length) } : resolved;
    },
  });
}

/** Files that root made here belong to the user of the machine. */
async function giveTo(owner: string, folders: readonly string[], sinceMs: number): Promise<void> {
  const since = new Date(sinceMs - 1_000).toISOString();
  const skip = ['(', '-name', 'node_modules', '-o', '-name', '.git', ')', '-prune'];
  for (const folder of folders) {
    const mine = ['-o', '-uid', '0', '-newerct', since, '-exec', 'chown', '-h', owner, '{}', '+'];
    await execa('find', [folder, '-xdev', ...skip, ...mine], { reject: false });
  }
}
