/** Runs programs inside a simulated host, as its administrator would. */
import { SetupError } from '../../../errors.ts';
import { type CommandOptions, run } from './command.ts';
import { hostPath } from './enter.ts';
import { type HostId, initOf } from './host.ts';

/** Runs a program in a host to its end, as the user `postgres`. @throws SetupError as `run`, or where the host is down */
export async function runAsPostgres(
  host: HostId,
  argv: readonly string[],
  options: CommandOptions = {},
): Promise<string> {
  const asPostgres = ['setpriv', '--reuid=postgres', '--regid=postgres', '--init-groups', ...argv];
  return runAsRoot(host, asPostgres, options);
}

/** The same as the host's root. */
export async function runAsRoot(host: HostId, argv: readonly string[], options: CommandOptions = {}): Promise<string> {
  const init = await initOf(host);
  if (!init) throw new SetupError(`host ${host.name} is down`);
  const environment = ['env', '-i', `PATH=${hostPath}`, 'HOME=/var/lib/postgresql', 'LC_ALL=C.UTF-8'];
  // The host's root is passed along: within a chroot, that of its mount namespace is still the machine's.
  return run('nsenter', ['--all', '--root', '--wd', `--target=${init.pid}`, '--', ...environment, ...argv], options);
}
