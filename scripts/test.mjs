// Runs everything that `npm test` promises, one step after another, and ends with the line `N passed, N failed, N skipped`.
import { spawn } from 'node:child_process';
import { availableParallelism } from 'node:os';

const mocha = (...patterns) => ['node_modules/.bin/mocha', '--reporter', 'spec', '--no-color', '--exit', ...patterns];
/** Files of tests side by side; also where there are two cores, for some tests wait. */
const jobs = String(Math.max(4, availableParallelism()));
const onOperator = ['src/stacks/k3s/k3s.e2e.ts', 'src/stacks/k3s/interrupt.e2e.ts', 'src/stacks/k3s/refused.e2e.ts'];
/** name, command; steps that run mocha count its tests, the others count as one test. */
const steps = [
  ['lint', ['node_modules/.bin/biome', 'check', '--error-on-warnings', '.']],
  ['types', ['node_modules/.bin/tsc', '--noEmit']],
  ['dead exports', ['node_modules/.bin/knip', '--no-progress']],
  ['api docs', [process.execPath, 'scripts/api-docs.mjs']],
  ['types: k6', ['node_modules/.bin/tsc', '-p', 'scenarios/k6']],
  // Files side by side, but for those of the load: they mind the clock, and are run by themselves. Where another program
  // takes the core for a tenth of a second such a test fails once; a defect fails it three times.
  ['unit', mocha('--parallel', '--jobs', jobs, '--ignore', 'src/load/**', 'src/**/*.test.ts')],
  ['unit: load', mocha('--retries', '2', 'src/load/**/*.test.ts')],
  [
    'lab: contract, load, drill, kill',
    mocha('--timeout', '600000', ...onOperator.flatMap((file) => ['--ignore', file]), 'src/**/*.e2e.ts'),
  ],
  // About 25 minutes and a Docker engine: only where somebody has named the operator's manifest. See `npm run test:k3s`.
  ...(process.env.PGDRILL_OPERATOR_MANIFEST ? [['k3s: contract, interruptions', mocha(...onOperator)]] : []),
];
if (!process.env.PGDRILL_OPERATOR_MANIFEST)
  console.log(
    'skipped: the contract on k3s, because PGDRILL_OPERATOR_MANIFEST names no release manifest (npm run test:k3s)',
  );
const wanted = process.argv.slice(2);
const totals = { passed: 0, failed: 0, skipped: 0 };
for (const [name, command] of steps.filter(
  ([name]) => wanted.length === 0 || wanted.some((word) => name.includes(word)),
)) {
  const started = Date.now();
  console.log(`\n── ${name} ──`);
  const { code, output } = await run(command);
  const counts = command[0].endsWith('mocha')
    ? mochaCounts(output, code)
    : { passed: code === 0 ? 1 : 0, failed: code === 0 ? 0 : 1, skipped: 0 };
  for (const key of Object.keys(totals)) totals[key] += counts[key];
  console.log(
    `── ${name}: ${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped in ${Math.round((Date.now() - started) / 1000)} s`,
  );
}
console.log(`\n${totals.passed} passed, ${totals.failed} failed, ${totals.skipped} skipped`);
process.exit(totals.failed === 0 && totals.passed > 0 ? 0 : 1);

function run([command, ...args]) {
  return new Promise((resolve) => {
    const child = spawn(command, args, {
      stdio: ['ignore', 'pipe', 'inherit'],
      env: { ...process.env, NO_COLOR: '1' },
    });
    let output = '';
    child.stdout.on('data', (chunk) => {
      output += chunk;
      process.stdout.write(chunk);
    });
    child.on('error', (error) => resolve({ code: 1, output: `${output}\n${error.message}` }));
    child.on('close', (code) => resolve({ code: code ?? 1, output }));
  });
}

/** A run of mocha that ended without its closing lines has failed, whatever it counted. */
function mochaCounts(output, code) {
  const count = (word) => Number(new RegExp(`^\\s*(\\d+) ${word}\\b`, 'm').exec(output)?.[1] ?? 0);
  const failed = count('failing');
  return { passed: count('passing'), failed: failed === 0 && code !== 0 ? 1 : failed, skipped: count('pending') };
}
