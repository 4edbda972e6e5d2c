// `npm run mutants -- safety`: changes the sources of a group in small ways, one at a time, and reports what no test notices.
import { spawn } from 'node:child_process';
import { groups } from './groups.mjs';

const [group = 'safety', mutate] = process.argv.slice(2);
if (!Object.hasOwn(groups, group)) {
  console.error(`there is no group ${group}; known: ${Object.keys(groups).join(', ')}`);
  process.exit(3);
}
const env = { ...process.env, PGDRILL_MUTANTS: group, ...(mutate && { PGDRILL_MUTATE: mutate }) };
const stryker = ['node_modules/.bin/stryker', 'run', 'scripts/mutants/stryker.config.mjs'];
spawn(process.execPath, stryker, { stdio: 'inherit', env }).on('close', (code) => process.exit(code ?? 1));
