// What `npm test` runs, and what of it may run side by side.
import { globSync } from 'node:fs';
import { availableParallelism } from 'node:os';

const mocha = (...args) => ['node_modules/.bin/mocha', '--reporter', 'spec', '--no-color', '--exit', ...args];
const check = (name, ...argv) => ({ name, argv, phase: 'compute' });

/** Files of unit tests side by side; also where there are two cores, for some tests wait. */
const jobs = String(Math.max(4, availableParallelism()));

/** They need a Docker engine and about 25 minutes. */
const onOperator = ['src/stacks/k3s/k3s.e2e.ts', 'src/stacks/k3s/interrupt.e2e.ts', 'src/stacks/k3s/refused.e2e.ts'];

/** They compare times with the clock, or faults of disk and processor with what the machine can do. */
const needMachine = [
  'src/load/proxy-outage.e2e.ts',
  'src/load/process/driver.e2e.ts',
  'src/load/process/fleet.e2e.ts',
  'src/run/killed-faults.e2e.ts',
];

/** They compile the package into the same folder. */
const compile = ['src/package.e2e.ts', 'src/single-file.e2e.ts', 'src/krew.e2e.ts'];

/** The longest ones, s, on two cores: begun first, for the last one to end sets the end of all. */
const seconds = {
  'src/stacks/lab/lab.e2e.ts': 170,
  'src/run/drill.e2e.ts': 160,
  'src/run/reuse.e2e.ts': 90,
  'src/run/default-drill.e2e.ts': 70,
  'src/run/kill.e2e.ts': 60,
  'src/run/killed-faults.e2e.ts': 60,
  'src/run/degrees.e2e.ts': 55,
  'src/cli/report-browser.e2e.ts': 50,
  'src/stacks/lab/faults/proofs.e2e.ts': 50,
  'src/package.e2e.ts': 50,
  'src/stacks/lab/backup/backup.e2e.ts': 45,
  'src/load/transactions/transactions.e2e.ts': 40,
};

const inLab = (file) => ({
  name: file,
  argv: mocha('--timeout', '600000', file),
  mocha: true,
  phase: needMachine.includes(file) ? 'alone' : 'lab',
  ...(compile.includes(file) && { uses: 'dist' }),
});

/** Files of end-to-end tests that need no operator, the longest first. */
function endToEnd(files = globSync('src/**/*.e2e.ts')) {
  const known = (file) => seconds[file] ?? 0;
  return files
    .toSorted((a, b) => known(b) - known(a) || a.localeCompare(b))
    .filter((file) => !onOperator.includes(file));
}

/** @returns every task by its step; a step is what `npm run test:all -- NAME` names */
export function steps() {
  return {
    lint: [check('lint', 'node_modules/.bin/biome', 'check', '--error-on-warnings', '.')],
    types: [check('types', 'node_modules/.bin/tsc', '--noEmit')],
    'dead exports': [check('dead exports', 'node_modules/.bin/knip', '--no-progress')],
    'api docs': [check('api docs', process.execPath, 'scripts/api-docs.mjs')],
    'types: k6': [check('types: k6', 'node_modules/.bin/tsc', '-p', 'scenarios/k6')],
    unit: [
      {
        name: 'unit',
        argv: mocha('--parallel', '--jobs', jobs, '--ignore', 'src/load/**', 'src/**/*.test.ts'),
        mocha: true,
        phase: 'compute',
      },
    ],
    // They mind the clock. Where another program takes the core for a tenth of a second such a test fails once; a defect
    // fails it three times.
    'unit: load': [
      { name: 'unit: load', argv: mocha('--retries', '2', 'src/load/**/*.test.ts'), mocha: true, phase: 'alone' },
    ],
    'lab: contract, load, drill, kill': endToEnd().map(inLab),
    // Only where somebody has named the operator's manifest. See `npm run test:k3s`.
    ...(process.env.PGDRILL_OPERATOR_MANIFEST && {
      'k3s: contract, interruptions': [{ name: 'k3s', argv: mocha(...onOperator), mocha: true, phase: 'alone' }],
    }),
  };
}

/** Single files, as if they were all. */
export const filesAlone = (files) => endToEnd(files).map(inLab);
