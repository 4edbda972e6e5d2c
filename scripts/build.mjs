// Compiles the package into dist/, because Node.js strips no types under node_modules. npm runs it before it packs, and
// after it has cloned the repository for `npm install <git URL>`.
//   --if-possible  does nothing where the compiler is not installed, as after npm install --omit=dev
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { inputTypes } from './input-types.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
process.chdir(root);
const packs = ['pack', 'publish'].includes(process.env.npm_command ?? '');
if (process.argv.includes('--if-possible') && !packs && !existsSync(join('node_modules', '.bin', 'tsc'))) {
  if (process.env._PACOTE_NO_PREPARE_ === undefined) {
    console.log('pgdrill is not compiled: typescript is not installed');
    process.exit(0);
  }
  // npm prepares a clone for `npm install --global <git URL>`, and has put what compiles it where global packages are.
  const here = [
    'install',
    '--global=false',
    '--include=dev',
    '--no-save',
    '--ignore-scripts',
    '--no-audit',
    '--no-fund',
  ];
  const { status } = spawnSync('npm', here, { stdio: 'inherit', env: { ...process.env, npm_config_global: 'false' } });
  if (status !== 0) process.exit(status ?? 2);
}
rmSync('dist', { recursive: true, force: true });
compile();
copy();
await publishSchemas();
makeChart();

/** The modules that start a process or are imported by name, every shipped scenario, and what they import. */
function compile() {
  const { status } = spawnSync(join('node_modules', '.bin', 'tsc'), ['-p', 'tsconfig.build.json'], {
    stdio: 'inherit',
  });
  if (status !== 0) process.exit(status ?? 2);
}

/** What the compiled modules read at run time, at the same place relative to them as in the repository. */
function copy() {
  const { version } = JSON.parse(readFileSync('package.json', 'utf8'));
  writeFileSync(join('dist', 'package.json'), `${JSON.stringify({ type: 'module', version })}\n`);
  const isOwn = (path) => !['seed', 'mine', 'mine-chart'].includes(basename(path));
  cpSync('fixtures/manifests', 'dist/fixtures/manifests', { recursive: true, filter: isOwn });
  cpSync('clients', 'dist/clients', { recursive: true });
  const recording = 'fixtures/journals/primary-crash-passed';
  cpSync(recording, join('dist', recording), { recursive: true });
}

/** The Helm chart, whole. */
function makeChart() {
  const { status } = spawnSync(process.execPath, ['scripts/chart.mjs', join('dist', 'charts'), '--compiled'], {
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  if (status !== 0) process.exit(status ?? 2);
}

/** The JSON Schemas, where editors look for them, and the types that are made from them. */
async function publishSchemas() {
  const { schemas, schemaText } = await import('../dist/src/cli/schemas.js');
  rmSync('schemas', { recursive: true, force: true });
  mkdirSync('schemas');
  for (const [name, make] of Object.entries(schemas)) writeFileSync(`schemas/${name}.schema.json`, schemaText(make));
  writeFileSync('dist/src/scenario/input.d.ts', inputTypes(schemas.scenario()));
}
