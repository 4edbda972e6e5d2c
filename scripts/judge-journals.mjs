// Judges every journal of fixtures/journals again: node scripts/judge-journals.mjs. For when a measure changed: look at
// the difference (git diff) before you commit it. A stored verdict keeps the metrics that it holds; with --all it gets
// today's.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { readRunFile } from '../src/journal/read.ts';
import { judge } from '../src/measure/judge.ts';
import { asStored } from '../src/measure/stored-verdict.ts';

const folder = 'fixtures/journals';
const withAll = process.argv.includes('--all');
for (const name of readdirSync(folder)) {
  const file = join(folder, name, 'verdict.json');
  const stored = JSON.parse(readFileSync(file, 'utf8'));
  const verdict = judge(await readRunFile(join(folder, name, 'run.ndjson.gz')));
  const kept = JSON.parse(JSON.stringify(withAll ? verdict : asStored(verdict, stored)));
  if (!isDeepStrictEqual(kept, stored)) writeFileSync(file, `${JSON.stringify(kept, null, 2)}\n`);
}
