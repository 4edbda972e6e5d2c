// Plants every defect of the catalogue in every stored journal that passed, one at a time, and lists those that are still
// judged a pass and not known to be harmless: npm run plant, or npm run plant -- primary-crash-passed steady-passed
// --all. Takes minutes a journal.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { numbered, planted } from '../src/journal/planting/catalogue.ts';
import { harmless } from '../src/journal/planting/harmless.ts';
import { liesOf } from '../src/journal/planting/lies.ts';
import { eventsOf, runOf } from '../src/journal/planting/planted-run.ts';
import { judge } from '../src/measure/judge.ts';

const folder = 'fixtures/journals';
const asked = process.argv.slice(2).filter((word) => !word.startsWith('--'));
const figures = ({ checks }) => JSON.stringify(checks.map(({ evidence: _evidence, ...check }) => check));
const passed = readdirSync(folder).filter(
  (name) => JSON.parse(readFileSync(join(folder, name, 'verdict.json'), 'utf8')).outcome === 'pass',
);
/** One at a time: all of them together do not fit into memory. */
function* defectsIn(events) {
  yield* liesOf(events);
  yield* planted(events);
}
const survivors = new Map();
let tried = 0;
for (const name of passed.filter((name) => asked.length === 0 || asked.includes(name))) {
  const text = gunzipSync(readFileSync(join(folder, name, 'run.ndjson.gz'))).toString();
  const events = eventsOf(text);
  const whole = judge(runOf(events));
  for (const { name: defect, lines } of defectsIn(events)) {
    tried++;
    const run = runOf(numbered(lines()));
    const verdict = run && judge(run);
    if (verdict?.outcome !== 'pass') continue;
    const why = harmless.find(([pattern]) => pattern.test(defect))?.[1];
    if (why && !process.argv.includes('--all')) continue;
    const key = `${figures(verdict) === figures(whole) ? 'same   ' : 'changed'} ${defect}${why ? ` (harmless: ${why})` : ''}`;
    survivors.set(key, [...(survivors.get(key) ?? []), name]);
  }
}
for (const [key, names] of [...survivors].sort())
  console.log(`${key}  [${names.length}: ${names.slice(0, 3).join(', ')}]`);
console.log(`${tried} defects planted, ${[...survivors.values()].flat().length} judged a pass`);
