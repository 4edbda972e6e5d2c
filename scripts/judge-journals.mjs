// Judges every journal of fixtures/journals anew: node scripts/judge-journals.mjs. For when a measure was added or
// mended; look at the difference (git diff) before it is committed.
import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { readRunFile } from '../src/journal/read.ts';
import { judge } from '../src/measure/judge.ts';

const folder = 'fixtures/journals';
for (const name of readdirSync(folder)) {
  const verdict = judge(await readRunFile(join(folder, name, 'run.ndjson.gz')));
  writeFileSync(join(folder, name, 'verdict.json'), `${JSON.stringify(verdict, null, 2)}\n`);
}
