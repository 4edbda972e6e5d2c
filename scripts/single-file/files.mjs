// The files that the single executable carries: what its commands import, and what they read.
import { existsSync, readdirSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** The modules that start a process or a thread, and those that are imported by name. */
const entries = [
  'dist/src/cli/main.js',
  'dist/src/index.js',
  'dist/src/load/late-address/main.js',
  'dist/src/load/process/main.js',
  'dist/src/load/process/thread.js',
  'dist/src/stacks/cluster/pods/exec-in.js',
];
/** k3s needs a Docker engine and is left out. */
const leftOut = ['testcontainers', '@testcontainers/*', 'mocha'];
/** Read at run time. */
const read = [
  'scripts/single-file/enter.cjs',
  'LICENSE',
  'package.json',
  'dist/package.json',
  'dist/fixtures/manifests',
  'dist/fixtures/journals',
];

/**
 * @param {typeof import('esbuild').build} build its bundler knows what imports what
 * @returns {Promise<string[]>} paths from the root of the repository, sorted
 */
export async function filesOf(build) {
  const scenarios = under('dist/scenarios').filter((file) => file.endsWith('.js'));
  const { metafile } = await build({
    entryPoints: [...entries, ...scenarios],
    bundle: true,
    write: false,
    metafile: true,
    platform: 'node',
    format: 'esm',
    outdir: 'unused',
    external: leftOut,
    preserveSymlinks: true,
    // With conditions of its own esbuild leaves out `module`, which Node.js does not know: both then read the same files.
    conditions: ['node'],
    loader: { '.node': 'empty' },
    logLevel: 'error',
  });
  const modules = Object.keys(metafile.inputs).filter((file) => existsSync(file) && !file.endsWith('.node'));
  const packages = new Set(modules.flatMap(packagesAbove));
  return [...new Set([...modules, ...packages, ...read.flatMap(under)])].sort();
}

/** Every package.json by which Node.js decides how to read a module. */
function packagesAbove(file) {
  const found = [];
  for (let at = dirname(file); at !== '.'; at = dirname(at)) {
    if (existsSync(join(at, 'package.json'))) found.push(join(at, 'package.json'));
  }
  return found;
}

function under(path) {
  if (!existsSync(path)) return [];
  return statSync(path).isDirectory() ? readdirSync(path).flatMap((name) => under(join(path, name))) : [path];
}
