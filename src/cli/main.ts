#!/usr/bin/env node
/** The command line. The program is loaded only where it can run, so that an old Node.js gets a sentence. */
import module from 'node:module';

const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
if (major > 22 || (major === 22 && minor >= 22)) {
  // Halves the processor time of a start; where no folder can be written it changes nothing.
  module.enableCompileCache();
  (await import('./quick-imports.ts')).quickImports();
  // A reader that goes away (`| head`) must not end a drill before it has healed.
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {});
  const { callProgram } = await import('./program.ts');
  const { surviveClosedPipes } = await import('./say.ts');
  surviveClosedPipes();
  process.exitCode = await callProgram(process.argv.slice(2));
  // A connection to a container that was removed while a request was under way never closes, and kept an interrupted
  // run alive for minutes. Everything is done by now; where nothing is open, the process ends before this.
  setTimeout(() => process.exit(), 5_000).unref();
} else {
  console.error(
    `pgdrill: expected Node.js 22.22 or newer, but this is ${process.versions.node}: install a newer one, or use the one that came with the package: node_modules/.bin/node`,
  );
  process.exitCode = 2;
}
