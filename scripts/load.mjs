// Starts the load process from wherever this package is, as start.mjs does the command line. The driver runs it in pods.
import { existsSync } from 'node:fs';

const source = new URL('../src/load/process/main.ts', import.meta.url);
await import(existsSync(source) ? source.href : new URL('../dist/src/load/process/main.js', import.meta.url).href);
