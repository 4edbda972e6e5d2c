// Runs one program in a session of its own, so that a signal reaches all that it started and nothing else.
import { spawn } from 'node:child_process';

/** How long the last words of a program that has ended may take to arrive, ms. */
const drainMs = 2_000;

/**
 * @param argv the program and its arguments
 * @param options `env`; `limitMs`: it is killed, with all that it started, where it has not ended by then
 * @returns `ended`: resolves with its output and how it ended; `signal`: sends a signal to it and all that it started
 */
export function start([program, ...args], { env, limitMs }) {
  const child = spawn(program, args, { detached: true, stdio: ['ignore', 'pipe', 'pipe'], env });
  let output = '';
  let hung = false;
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (text) => (output += text));
  // The group outlives its leader for as long as anything in it runs.
  const signal = (name) => {
    try {
      if (child.pid !== undefined) process.kill(-child.pid, name);
    } catch (error) {
      if (error.code !== 'ESRCH') throw error;
    }
  };
  const timer = setTimeout(() => {
    hung = true;
    signal('SIGKILL');
  }, limitMs);
  const ended = new Promise((resolve) => {
    const finish = (code, by) => {
      clearTimeout(timer);
      resolve({ code, by, hung, output });
    };
    child.once('error', (error) => {
      output += `${error.message}\n`;
      finish(1, null);
    });
    child.once('exit', (code, by) => {
      // What it left running would hold a lab or a port, and the pipes.
      signal('SIGKILL');
      // One in a session of its own holds the pipes still.
      const late = setTimeout(() => finish(code, by), drainMs);
      child.once('close', () => {
        clearTimeout(late);
        finish(code, by);
      });
    });
  });
  return { ended, signal };
}
