/** The command that makes a run again, for its journal and report. */
import { ownCommand } from '../project/own-name.ts';
import type { Scenario } from '../scenario/index.ts';
import type { ClusterFlags } from './cluster.ts';
import { type LoadFlags, loadWords } from './load.ts';

interface Repeated {
  /** As it was called: a name, or the path of a file. */
  readonly called: string;
  readonly load: Scenario['load'];
  readonly stack: string;
  readonly manifests: readonly string[];
  readonly changed: Readonly<Record<string, string>>;
  readonly limits: readonly string[];
  /** The options of the command that a scenario and its load do not hold. */
  readonly flags: Partial<Pick<ClusterFlags, 'context' | 'namespace' | 'cluster' | 'database' | 'secret'>> &
    Pick<LoadFlags, 'sql' | 'sqlSetup'>;
}

/** One line for a POSIX shell, from the same folder. */
export function commandOf({ called, load, stack, manifests, changed, limits, flags }: Repeated): string {
  const { sql, sqlSetup, context, namespace, cluster, database, secret } = flags;
  const names = { context, namespace, cluster, database, secret };
  const option = (name: string, value: string | undefined) => (value === undefined ? [] : [`--${name}`, value]);
  const words = [
    ...['run', called, '--stack', stack],
    ...(stack === 'cluster' ? Object.entries(names).flatMap(([name, value]) => option(name, value)) : []),
    ...manifests.flatMap((path) => option('manifests', path)),
    ...loadWords(load),
    ...(sql && sql.length > 0 ? ['--sql', ...sql] : []),
    ...option('sql-setup', sqlSetup),
    ...Object.entries(changed).flatMap(([name, value]) => option('with', `${name}=${value}`)),
    ...limits.flatMap((word) => option('limit', word)),
  ];
  return `${ownCommand} ${words.map(quoted).join(' ')}`;
}

export const quoted = (word: string): string =>
  /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
