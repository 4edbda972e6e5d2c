// `npm run test:kill`: the harness killed at every moment that differs, or at random ones: `-- --moments 100 --seed 1`.
import { spawn } from 'node:child_process';
import { parseArgs } from 'node:util';

const { values } = parseArgs({
  options: { moments: { type: 'string' }, seed: { type: 'string' }, from: { type: 'string' } },
});
for (const [name, value] of Object.entries(values))
  if (!/^\d+$/.test(value)) {
    console.error(`--${name} expects a whole number; it got "${value}"`);
    process.exit(3);
  }
const { moments = '', seed = '1', from = '0' } = values;
const env = {
  ...process.env,
  PGDRILL_KILL: 'all',
  PGDRILL_KILL_MOMENTS: moments,
  PGDRILL_KILL_SEED: seed,
  PGDRILL_KILL_FROM: from,
};
const mocha = ['node_modules/.bin/mocha', '--exit', 'src/run/kill.e2e.ts'];
spawn(process.execPath, mocha, { stdio: 'inherit', env }).on('close', (code) => process.exit(code ?? 1));
