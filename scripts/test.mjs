// Runs everything that `npm test` promises, side by side in lanes, and ends with the line `N passed, N failed, N skipped`.
//   npm run test:all                             everything
//   npm run test:all -- lint unit                steps whose names contain one of these words
//   npm run test:all -- src/run/kill.e2e.ts      files
//   --lanes 3     how many tasks at a time; also PGDRILL_TEST_LANES; 1 unless given, for some tests look for what others left
//   --limit 1200  how long one task may take, s
import { parseArgs } from 'node:util';
import { runInLanes, written } from './tests/lanes.mjs';
import { filesAlone, steps } from './tests/tasks.mjs';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { lanes: { type: 'string' }, limit: { type: 'string' } },
});
const lanes = wholeNumber('--lanes', values.lanes ?? process.env.PGDRILL_TEST_LANES ?? '1');
const limitMs = wholeNumber('--limit', values.limit ?? '1200') * 1_000;
const files = positionals.filter((word) => word.endsWith('.ts'));
const words = positionals.filter((word) => !word.endsWith('.ts'));
if (!process.env.PGDRILL_OPERATOR_MANIFEST && files.length === 0)
  console.log(
    'skipped: the contract on k3s, because PGDRILL_OPERATOR_MANIFEST names no release manifest (npm run test:k3s)',
  );
const chosen = Object.entries(steps()).flatMap(([step, tasks]) =>
  positionals.length === 0 || words.some((word) => step.includes(word)) ? tasks : [],
);
const { totals, interrupted } = await runInLanes([...chosen, ...filesAlone(files)], {
  lanes,
  limitMs,
  print: console.log,
});
console.log(`\n${written(totals)}`);
process.exit(interrupted ? 130 : totals.failed === 0 && totals.passed > 0 ? 0 : 1);

function wholeNumber(option, text) {
  if (/^[1-9]\d{0,4}$/.test(text)) return Number(text);
  console.error(`${option} expects a whole number from 1 to 99999, but is ${text}`);
  process.exit(3);
}
