/** Where the journal is, given what a user names. */
import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { UsageError } from '../errors.ts';

/**
 * The journal in a run’s folder, or the file itself.
 * @throws UsageError if there is none
 */
export function resolveJournal(path: string): string {
  if (!existsSync(path))
    throw new UsageError(`there is no run at ${path}; pass a folder under reports/ or a run.ndjson`);
  if (!statSync(path).isDirectory()) return path;
  const found = ['run.ndjson', 'run.ndjson.zst', 'run.ndjson.gz']
    .map((name) => join(path, name))
    .find((file) => existsSync(file));
  if (!found) throw new UsageError(`the folder ${path} holds no run.ndjson, so it is not a run’s folder`);
  return found;
}
