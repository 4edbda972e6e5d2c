// Mutation testing: `npm run mutants -- <group>`. Not part of `npm test`: a group takes from minutes to an hour.
import { groups } from './groups.mjs';

const group = process.env.PGDRILL_MUTANTS;
const support = ['!src/**/*.{test,e2e}.ts', '!src/**/test-*.ts', '!src/run/kill.ts'];

export default {
  plugins: ['./scripts/mutants/runner.mjs'],
  testRunner: 'mocha-12',
  mutate: process.env.PGDRILL_MUTATE?.split(',') ?? [...groups[group].mutate, ...support],
  coverageAnalysis: 'perTest',
  ignoreStatic: false,
  // Node strips the types itself, and TypeScript 7 has no such API as Stryker looks for.
  tsconfigFile: 'none',
  disableTypeChecks: false,
  // A message may be worded otherwise: tests hold the words that matter.
  mutator: { excludedMutations: ['StringLiteral'] },
  reporters: ['clear-text', 'progress-append-only', 'json', 'event-recorder'],
  eventReporter: { baseDir: `reports/mutants/${group}-events` },
  clearTextReporter: { allowColor: false, logTests: false, reportTests: false },
  jsonReporter: { fileName: `reports/mutants/${group}.json` },
  tempDirName: '.stryker-tmp',
  concurrency: 1,
  timeoutMS: 10_000,
  ignorePatterns: ['reports/*', '!reports/examples', 'dist', 'bench', '.stryker-tmp'],
};
