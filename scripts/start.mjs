#!/usr/bin/env node
// Starts the command line from wherever this package is: the sources of a checkout, or what was compiled from them.
// Where the Node.js is too old, it starts the one that the package brought. So this file, and `older-node.mjs`, are plain
// JavaScript that Node.js 14 can read.
const [major, minor] = process.versions.node.split('.').map(Number);
const enough = major > 22 || (major === 22 && minor >= 22);
(enough ? start() : import('./older-node.mjs')).catch((error) => {
  console.error(error);
  process.exitCode = 2;
});

async function start() {
  const { existsSync } = await import('node:fs');
  // Before the first module is loaded: what strips types takes longer to start than `--help`, and is not needed for
  // modules in the cache.
  const { enableCompileCache } = await import('node:module');
  enableCompileCache();
  const source = new URL('../src/cli/main.ts', import.meta.url);
  await import(existsSync(source) ? source.href : new URL('../dist/src/cli/main.js', import.meta.url).href);
}
