// Makes docs/api from the docstrings of the public API. Any warning, such as a type that is not exported, is a failure.
// TypeDoc needs a TypeScript older than the one that compiles pgdrill, so both are in a folder of their own.
import { spawnSync } from 'node:child_process';
import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const folder = fileURLToPath(new URL('api-docs', import.meta.url));
const typedoc = join(folder, 'node_modules', 'typedoc', 'bin', 'typedoc');
if (!existsSync(typedoc)) run('npm', ['ci', '--ignore-scripts', '--loglevel=error']);
rmSync(join(folder, '..', '..', 'docs', 'api'), { recursive: true, force: true });
run(process.execPath, [typedoc, '--options', 'typedoc.json']);

function run(program, args) {
  const { status, error } = spawnSync(program, args, { cwd: folder, stdio: 'inherit' });
  if (error) console.error(`api-docs: ${program} cannot be started: ${error.message}`);
  if (status !== 0) process.exit(status ?? 1);
}
