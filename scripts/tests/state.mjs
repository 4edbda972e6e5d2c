// A state folder for each task, so that `pgdrill heal` of one task never touches the lab of another, and whatever is in it
// afterwards was left behind.
import { mkdirSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { start } from './program.mjs';

// Inside root's state folder: a lab needs a file system that an overlay can lie on. Others have no labs.
const machines = process.geteuid?.() === 0 ? '/var/lib/pgdrill' : join(tmpdir(), 'pgdrill');
const lanes = join(resolve(process.env.PGDRILL_STATE || machines), 'tests');
const healWithinMs = 180_000;

/** @returns the folder, empty, named after this process */
export function makeState(number) {
  const folder = join(lanes, `${process.pid}-${number}`);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  return folder;
}

/**
 * Removes the folder. Where labs or undo records are left in it, they are healed and removed first.
 * @returns what was left behind, and what healing printed; undefined where nothing was
 */
export async function clear(folder) {
  const left = ['labs', 'undo'].flatMap((part) => filesIn(join(folder, part)).map((name) => `${part}/${name}`));
  let output = '';
  let healed = true;
  if (left.length > 0)
    // `down` removes labs that are kept, which `heal` leaves alone.
    for (const word of ['heal', 'down']) {
      const argv = [process.execPath, 'src/cli/main.ts', word];
      const ended = await start(argv, { env: { ...process.env, PGDRILL_STATE: folder }, limitMs: healWithinMs }).ended;
      output += ended.output;
      healed &&= ended.code === 0;
    }
  if (healed) rmSync(folder, { recursive: true, force: true });
  else output += `not healed; try again with: PGDRILL_STATE=${folder} node src/cli/main.ts heal\n`;
  return left.length > 0 ? { left, output } : undefined;
}

/** Clears what test runs left that were killed. */
export async function clearDead() {
  for (const name of filesIn(lanes)) if (!runs(Number.parseInt(name, 10))) await clear(join(lanes, name));
}

const runs = (pid) => {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return error.code === 'EPERM';
  }
};

/** Also locks and other files that begin with a dot are no labs. */
function filesIn(folder) {
  try {
    return readdirSync(folder).filter((name) => !name.startsWith('.'));
  } catch (error) {
    if (error.code === 'ENOENT') return [];
    throw error;
  }
}
