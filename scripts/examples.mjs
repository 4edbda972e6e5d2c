// Renders the example reports again from their stored journals: node scripts/examples.mjs. For when the report changed.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { readRunFile } from '../src/journal/read.ts';
import { judge } from '../src/measure/judge.ts';
import { renderHtml } from '../src/report/html/index.ts';
import { timers as operatorTimers } from '../src/stacks/cnpg/timers.ts';
import { timers as labTimers } from '../src/stacks/lab/timers.ts';

const folder = 'reports/examples';
const examples = JSON.parse(readFileSync(join(folder, 'journals.json'), 'utf8'));
const strange = readdirSync(folder).filter((name) => name.endsWith('.html') && !examples[name.slice(0, -5)]);
if (strange.length > 0) {
  console.error(`${strange.join(', ')}: name the journal in ${folder}/journals.json, or remove the report`);
  process.exit(3);
}
for (const [name, journal] of Object.entries(examples)) {
  const run = await readRunFile(join('fixtures/journals', journal, 'run.ndjson.gz'));
  const levers = run.header.stack === 'lab' ? labTimers : operatorTimers;
  writeFileSync(join(folder, `${name}.html`), renderHtml(run, judge(run), { levers }));
}
