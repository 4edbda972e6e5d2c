// Keeps a run as a fixture, with its verdict: node scripts/keep-journal.mjs reports/<run> <name> [most KB, 300]
import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';

const [run, name, most = '300'] = process.argv.slice(2);
if (!run || !name) {
  console.error('usage: node scripts/keep-journal.mjs reports/<run> <name> [most KB, 300]');
  process.exit(3);
}
const folder = join('fixtures', 'journals', name);
const packed = gzipSync(readFileSync(join(run, 'run.ndjson')), { level: 9 });
if (packed.length > Number(most) * 1024) {
  console.error(
    `the journal of ${run} has ${Math.round(packed.length / 1024)} KB packed; a fixture may have ${most}: use a lower --rate`,
  );
  process.exit(3);
}
mkdirSync(folder, { recursive: true });
writeFileSync(join(folder, 'run.ndjson.gz'), packed);
copyFileSync(join(run, 'verdict.json'), join(folder, 'verdict.json'));
console.log(`${folder}: ${Math.round(packed.length / 1024)} KB`);
